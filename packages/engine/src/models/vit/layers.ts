import type { GraphBuilder } from '../../graph/builder.js';
import type { Value } from '../../graph/graph.js';
import type { ParameterValues } from '../parameter-values.js';

/** A linear layer with torch's weight [outputs, inputs] over rows [M, inputs]. */
export function linearRows(b: GraphBuilder, parameters: ParameterValues, name: string, rows: Value): Value {
  return b.gemm(rows, parameters(`${name}.weight`), parameters(`${name}.bias`), { transB: true });
}

/** Layer norm over the last axis. */
export function norm(b: GraphBuilder, parameters: ParameterValues, name: string, x: Value, epsilon: number): Value {
  return b.layerNormalization(x, parameters(`${name}.weight`), parameters(`${name}.bias`), { axis: -1, epsilon });
}

/** What a transformer block has to know of its shape. */
export interface BlockShape {
  readonly batch: number;
  readonly tokens: number;
  readonly dim: number;
  readonly heads: number;
  readonly layerNormEpsilon: number;
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
  const middle = b.add(x, attended);
  const hidden = linearRows(
    b,
    parameters,
    `${prefix}.mlp.fc1`,
    norm(b, parameters, `${prefix}.norm2`, middle, epsilon),
  );
  return b.add(middle, linearRows(b, parameters, `${prefix}.mlp.fc2`, b.gelu(hidden, { approximate: 'none' })));
}

/** Multi-head self-attention: softmax(q·kᵀ / √headDim)·v, the rows of `qkv` being q | k | v, each head after head. */
function attention(b: GraphBuilder, parameters: ParameterValues, prefix: string, shape: BlockShape, x: Value): Value {
  const { batch, tokens, dim, heads } = shape;
  const headDim = dim / heads;
  const qkv = b.reshape(linearRows(b, parameters, `${prefix}.qkv`, x), [batch, tokens, 3, heads, headDim]);
  const [q, k, v] = b
    .split(b.transpose(qkv, { perm: [2, 0, 3, 1, 4] }), { axis: 0, sizes: [1, 1, 1] })
    .map((part) => b.reshape(part, [batch, heads, tokens, headDim]));
  if (q === undefined || k === undefined || v === undefined) throw new Error('Split into three gave fewer than three.');
  const scores = b.matMul(b.mul(q, headDim ** -0.5), b.transpose(k, { perm: [0, 1, 3, 2] }));
  const mixed = b.matMul(b.softmax(scores, { axis: -1 }), v);
  const rows = b.reshape(b.transpose(mixed, { perm: [0, 2, 1, 3] }), [batch * tokens, dim]);
  return linearRows(b, parameters, `${prefix}.proj`, rows);
}
