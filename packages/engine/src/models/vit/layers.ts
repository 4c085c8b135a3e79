import type { GraphBuilder } from '../../graph/builder.js';
import type { Value } from '../../graph/graph.js';
import type { ParameterValues } from '../parameter-values.js';
import { activate } from './activation.js';
import type { Activation } from './architecture.js';

/** A linear layer with torch's weight [outputs, inputs] over rows [M, inputs]; `bias: false` for one without. */
export function linearRows(
  b: GraphBuilder,
  parameters: ParameterValues,
  name: string,
  rows: Value,
  { bias = true }: { bias?: boolean } = {},
): Value {
  return b.gemm(rows, parameters(`${name}.weight`), bias ? parameters(`${name}.bias`) : null, { transB: true });
}

/** Layer norm over the last axis. */
export function norm(b: GraphBuilder, parameters: ParameterValues, name: string, x: Value, epsilon: number): Value {
  return b.layerNormalization(x, parameters(`${name}.weight`), parameters(`${name}.bias`), { axis: -1, epsilon });
}

/** What a transformer block has to know of its shape. What is left out is as in `VIT_DEFAULTS`. */
export interface BlockShape {
  readonly batch: number;
  readonly tokens: number;
  readonly dim: number;
  readonly heads: number;
  readonly layerNormEpsilon: number;
  readonly qkvBias?: boolean;
  readonly activation?: Activation;
  readonly gatedMlp?: boolean;
  /** Anything but null: the branches are multiplied by `ls1.gamma` and `ls2.gamma`. */
  readonly layerScale?: number | null;
  /** Sees both branches before they are added: drop path. */
  readonly branch?: (rows: Value, index: 0 | 1) => Value;
}

/**
 * One pre-norm transformer block on token rows [batch·tokens, dim]: x + attention(norm1(x)), then x + mlp(norm2(x)).
 * Rows stay two-dimensional between blocks, so that every linear layer is one Gemm over all tokens of the batch.
 */
export function block(
  b: GraphBuilder,
  parameters: ParameterValues,
  prefix: string,
  shape: BlockShape,
  x: Value,
): Value {
  const epsilon = shape.layerNormEpsilon;
  const attended = attention(
    b,
    parameters,
    `${prefix}.attn`,
    shape,
    norm(b, parameters, `${prefix}.norm1`, x, epsilon),
  );
  const { branch = (rows: Value) => rows } = shape;
  const middle = b.add(x, branch(scaled(b, parameters, `${prefix}.ls1`, shape, attended), 0));
  const hidden = linearRows(
    b,
    parameters,
    `${prefix}.mlp.fc1`,
    norm(b, parameters, `${prefix}.norm2`, middle, epsilon),
  );
  const mixed = linearRows(b, parameters, `${prefix}.mlp.fc2`, activate(b, hidden, shape));
  return b.add(middle, branch(scaled(b, parameters, `${prefix}.ls2`, shape, mixed), 1));
}

/** LayerScale: the branch times a learned vector, where the model has one. */
function scaled(b: GraphBuilder, parameters: ParameterValues, name: string, shape: BlockShape, branch: Value): Value {
  return (shape.layerScale ?? null) === null ? branch : b.mul(branch, parameters(`${name}.gamma`));
}

/** Multi-head self-attention: softmax(q·kᵀ / √headDim)·v, the rows of `qkv` being q | k | v, each head after head. */
function attention(b: GraphBuilder, parameters: ParameterValues, prefix: string, shape: BlockShape, x: Value): Value {
  const { batch, tokens, dim, heads } = shape;
  const headDim = dim / heads;
  const qkv = b.reshape(linearRows(b, parameters, `${prefix}.qkv`, x, { bias: shape.qkvBias ?? true }), [
    batch,
    tokens,
    3,
    heads,
    headDim,
  ]);
  const [q, k, v] = b
    .split(b.transpose(qkv, { perm: [2, 0, 3, 1, 4] }), { axis: 0, sizes: [1, 1, 1] })
    .map((part) => b.reshape(part, [batch, heads, tokens, headDim]));
  if (q === undefined || k === undefined || v === undefined) throw new Error('Split into three gave fewer than three.');
  const scores = b.matMul(b.mul(q, headDim ** -0.5), b.transpose(k, { perm: [0, 1, 3, 2] }));
  const mixed = b.matMul(b.softmax(scores, { axis: -1 }), v);
  const rows = b.reshape(b.transpose(mixed, { perm: [0, 2, 1, 3] }), [batch * tokens, dim]);
  return linearRows(b, parameters, `${prefix}.proj`, rows);
}
