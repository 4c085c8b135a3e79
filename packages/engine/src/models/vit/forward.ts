import type { GraphBuilder } from '../../graph/builder.js';
import type { Value } from '../../graph/graph.js';
import type { ParameterValues } from '../parameter-values.js';
import { patchCount, patchWidth, type VitArchitecture } from './architecture.js';
import { block, norm } from './layers.js';
import { patchesForEmbedding } from './patches.js';

/** Patch rows [M, C·p·p] to token rows [M, dim]; the positions are added by who knows which patches these are. */
export function embedPatches(b: GraphBuilder, parameters: ParameterValues, shape: VitArchitecture, rows: Value): Value {
  const kernel = b.reshape(parameters('patch_embed.proj.weight'), [shape.dim, patchWidth(shape)]);
  return b.gemm(rows, kernel, parameters('patch_embed.proj.bias'), { transB: true });
}

/**
 * The encoder after the patch embedding: the class token with its position goes in front of `tokens` [B, n, dim] (positions
 * already added, any subset of the patches), then the blocks and the final norm. Returns [B, 1 + n, dim].
 */
export function encode(b: GraphBuilder, parameters: ParameterValues, shape: VitArchitecture, tokens: Value): Value {
  const { dim, depth, heads, layerNormEpsilon } = shape;
  const batch = tokens.shape[0] ?? 0;
  const length = 1 + (tokens.shape[1] ?? 0);
  const [classPosition] = splitPositions(b, parameters, shape);
  const classToken = b.expand(b.add(parameters('cls_token'), classPosition), [batch, 1, dim]);
  let x = b.reshape(b.concat([classToken, tokens], { axis: 1 }), [batch * length, dim]);
  const blockShape = { batch, tokens: length, dim, heads, layerNormEpsilon };
  for (let index = 0; index < depth; index++) x = block(b, parameters, `blocks.${index}`, blockShape, x);
  return b.reshape(norm(b, parameters, 'norm', x, layerNormEpsilon), [batch, length, dim]);
}

/** `pos_embed` as the class token's row [1, 1, dim] and the patches' rows [1, N, dim]. */
export function splitPositions(b: GraphBuilder, parameters: ParameterValues, shape: VitArchitecture): [Value, Value] {
  const [forClass, forPatches] = b.split(parameters('pos_embed'), { axis: 1, sizes: [1, patchCount(shape)] });
  if (forClass === undefined || forPatches === undefined) throw new Error('Split into two gave fewer than two.');
  return [forClass, forPatches];
}

/** Images [B, C, H, W], already normalised, to one feature vector each [B, dim]: what a linear head or kNN reads. */
export function vitFeatures(
  b: GraphBuilder,
  parameters: ParameterValues,
  shape: VitArchitecture,
  images: Value,
): Value {
  const { dim } = shape;
  const batch = images.shape[0] ?? 0;
  const count = patchCount(shape);
  const rows = b.reshape(patchesForEmbedding(b, shape, images), [batch * count, patchWidth(shape)]);
  const embedded = b.reshape(embedPatches(b, parameters, shape, rows), [batch, count, dim]);
  const [, positions] = splitPositions(b, parameters, shape);
  const encoded = encode(b, parameters, shape, b.add(embedded, positions));
  const [classToken, patchTokens] = b.split(encoded, { axis: 1, sizes: [1, count] });
  if (classToken === undefined || patchTokens === undefined) throw new Error('Split into two gave fewer than two.');
  if (shape.pooling === 'mean') return b.reduceMean(patchTokens, { axes: [1], keepdims: false });
  return b.reshape(classToken, [batch, dim]);
}
