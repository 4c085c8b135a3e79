import type { GraphBuilder } from '../../graph/builder.js';
import type { Value } from '../../graph/graph.js';
import type { ForwardOptions } from '../layers.js';
import type { ParameterValues } from '../parameter-values.js';
import {
  patchCount,
  patchGrid,
  patchWidth,
  positionGrid,
  prefixCount,
  prefixPositionCount,
  type VitArchitecture,
  vitShape,
} from './architecture.js';
import { block, linearRows, norm } from './layers.js';
import { patchesForEmbedding } from './patches.js';
import { resamplingMatrix } from './position-interpolation.js';

/** Patch rows [M, C·p·p] to token rows [M, dim]; the positions are added by who knows which patches these are. */
export function embedPatches(b: GraphBuilder, parameters: ParameterValues, shape: VitArchitecture, rows: Value): Value {
  const kernel = b.reshape(parameters('patch_embed.proj.weight'), [shape.dim, patchWidth(shape)]);
  const bias = vitShape(shape).patchBias ? parameters('patch_embed.proj.bias') : null;
  return b.gemm(rows, kernel, bias, { transB: true });
}

/**
 * The encoder after the patch embedding: the class token and the registers, with their positions, go in front of `tokens`
 * [B, n, dim] (positions already added, any subset of the patches), then the blocks and, unless it comes after the pooling,
 * the final norm. Returns [B, prefix + n, dim].
 */
export function encode(
  b: GraphBuilder,
  parameters: ParameterValues,
  shape: VitArchitecture,
  tokens: Value,
  { branch }: ForwardOptions = {},
): Value {
  const { dim, depth, heads, layerNormEpsilon, preNorm, finalNorm, ...more } = vitShape(shape);
  const batch = tokens.shape[0] ?? 0;
  const length = prefixCount(shape) + (tokens.shape[1] ?? 0);
  const all = [...prefixTokens(b, parameters, shape, batch), tokens];
  const [first = tokens] = all;
  let x = b.reshape(all.length === 1 ? first : b.concat(all, { axis: 1 }), [batch * length, dim]);
  if (preNorm) x = norm(b, parameters, 'norm_pre', x, layerNormEpsilon);
  const { qkvBias, activation, gatedMlp, layerScale } = more;
  const features = { qkvBias, activation, gatedMlp, layerScale };
  const blockShape = { batch, tokens: length, dim, heads, layerNormEpsilon, ...features };
  for (let at = 0; at < depth; at++) {
    const hook =
      branch === undefined ? {} : { branch: (rows: Value, index: 0 | 1) => branch(rows, { block: at, index }) };
    x = block(b, parameters, `blocks.${at}`, { ...blockShape, ...hook }, x);
  }
  const last = finalNorm === 'before-pooling' ? norm(b, parameters, 'norm', x, layerNormEpsilon) : x;
  return b.reshape(last, [batch, length, dim]);
}

/** The class token [B, 1, dim] and the registers [B, R, dim], as far as the model has them, with their positions. */
function prefixTokens(b: GraphBuilder, parameters: ParameterValues, shape: VitArchitecture, batch: number): Value[] {
  const { dim, classToken, registers } = vitShape(shape);
  const [positions] = splitPositions(b, parameters, shape);
  const rows = prefixPositionCount(shape);
  const names = [
    ...(classToken ? [['cls_token', 1] as const] : []),
    ...(registers > 0 ? [['reg_token', registers] as const] : []),
  ];
  let start = 0;
  return names.map(([name, count]) => {
    const token = parameters(name);
    const begin = start;
    start += count;
    const positioned =
      positions === null || begin + count > rows
        ? token
        : b.add(token, rows === count ? positions : b.slice(positions, { starts: [begin], ends: [start], axes: [1] }));
    return b.expand(positioned, [batch, count, dim]);
  });
}

/**
 * `pos_embed` as the rows of the class token and the registers [1, P, dim] (null where it has none) and those of the
 * patches [1, N, dim], resampled to the grid of the image when they were learned on another one.
 */
export function splitPositions(
  b: GraphBuilder,
  parameters: ParameterValues,
  shape: VitArchitecture,
): [Value | null, Value] {
  const prefix = prefixPositionCount(shape);
  const all = parameters('pos_embed');
  if (prefix === 0) return [null, resampled(b, shape, all)];
  const [first, forPatches] = b.split(all, { axis: 1, sizes: [prefix, positionGrid(shape) ** 2] });
  if (first === undefined || forPatches === undefined) throw new Error('Split into two gave fewer than two.');
  return [first, resampled(b, shape, forPatches)];
}

/** Positions [1, G², dim] on the grid of the image: rows first, then columns, each a product with a constant matrix. */
function resampled(b: GraphBuilder, architecture: VitArchitecture, positions: Value): Value {
  const from = positionGrid(architecture);
  const to = patchGrid(architecture);
  const { dim, positionInterpolation } = vitShape(architecture);
  if (from === to) return positions;
  const weights = [...resamplingMatrix(from, to, positionInterpolation)];
  const matrix = b.constant(weights, positions.dtype, [to, from]);
  const rows = b.matMul(matrix, b.reshape(positions, [from, from * dim]));
  return b.reshape(b.matMul(matrix, b.reshape(rows, [to, from, dim])), [1, to * to, dim]);
}

/**
 * Images [B, C, H, W], already normalised, to one feature vector each [B, width]: what a linear head or kNN reads. Tokens
 * are pooled, then normed and projected where the architecture says so.
 */
export function vitFeatures(
  b: GraphBuilder,
  parameters: ParameterValues,
  shape: VitArchitecture,
  images: Value,
  options: ForwardOptions = {},
): Value {
  const { dim, finalNorm, projection, unitFeatures, layerNormEpsilon } = vitShape(shape);
  const batch = images.shape[0] ?? 0;
  const count = patchCount(shape);
  const rows = b.reshape(patchesForEmbedding(b, shape, images), [batch * count, patchWidth(shape)]);
  const embedded = b.reshape(embedPatches(b, parameters, shape, rows), [batch, count, dim]);
  const [, positions] = splitPositions(b, parameters, shape);
  let features = pool(b, shape, encode(b, parameters, shape, b.add(embedded, positions), options));
  if (finalNorm === 'after-pooling') features = norm(b, parameters, 'fc_norm', features, layerNormEpsilon);
  if (projection !== null) features = linearRows(b, parameters, 'projection', features, { bias: false });
  return unitFeatures ? toUnitLength(b, features) : features;
}

/** Encoded tokens [B, prefix + N, dim] → [B, pooled width]. */
function pool(b: GraphBuilder, shape: VitArchitecture, encoded: Value): Value {
  const [batch = 0] = encoded.shape;
  const count = patchCount(shape);
  const prefix = prefixCount(shape);
  const [classToken, patchTokens] = tokensBeforeAndAfter(b, shape, encoded, prefix, count);
  const mean = () => b.reduceMean(patchTokens, { axes: [1], keepdims: false });
  const first = () => b.reshape(classToken, [batch, shape.dim]);
  switch (shape.pooling) {
    case 'mean':
      return mean();
    case 'cls':
      return first();
    case 'cls+mean':
      return b.concat([first(), mean()], { axis: 1 });
  }
}

/** The first token [B, 1, dim] and the patch tokens [B, N, dim]; what lies between, the registers, is no feature. */
function tokensBeforeAndAfter(
  b: GraphBuilder,
  shape: VitArchitecture,
  encoded: Value,
  prefix: number,
  count: number,
): [Value, Value] {
  if (prefix === 0) return [encoded, encoded];
  const registers = vitShape(shape).registers;
  const sizes = vitShape(shape).classToken ? [1, ...(registers > 0 ? [registers] : []), count] : [registers, count];
  const parts = b.split(encoded, { axis: 1, sizes });
  const [first] = parts;
  const last = parts.at(-1);
  if (first === undefined || last === undefined) throw new Error('Split gave nothing.');
  return [first, last];
}

/** Rows [B, width] scaled to length 1; a row of zeros stays one. */
function toUnitLength(b: GraphBuilder, rows: Value): Value {
  const squares = b.reduceSum(b.mul(rows, rows), { axes: [1], keepdims: true });
  return b.div(rows, b.sqrt(b.add(squares, 1e-24)));
}
