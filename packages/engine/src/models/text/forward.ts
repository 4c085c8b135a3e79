import type { GraphBuilder } from '../../graph/builder.js';
import type { Value } from '../../graph/graph.js';
import type { ForwardOptions } from '../layers.js';
import type { ParameterValues } from '../parameter-values.js';
import { activate } from '../vit/activation.js';
import { linearRows, norm } from '../vit/layers.js';
import type { BertArchitecture } from './architecture.js';
import type { TextInput } from './text-model.js';

/** Below every score that a model reaches, and a number in f16 too; its exponential is 0 in every float. */
const MASKED = -30_000;

/**
 * A batch of token sequences to one feature vector each [B, dim]: embeddings, post-norm blocks, pooling. Dropout is that of
 * inference: none. Padding (mask 0) is seen by no other token.
 *
 * Source: Devlin et al. 2019; transformers' `BertModel`, whose numbers it gives.
 */
export function bertFeatures(
  b: GraphBuilder,
  parameters: ParameterValues,
  shape: BertArchitecture,
  { ids, types, mask }: TextInput,
  { branch = (rows) => rows }: ForwardOptions = {},
): Value {
  const { dim, depth, layerNormEpsilon: epsilon, pooling } = shape;
  const [batch = 0, length = 0] = ids.shape;
  if (length > shape.positions) {
    throw new RangeError(`Sequences of ${length} tokens are longer than the model's ${shape.positions} positions.`);
  }
  const [positions] = b.split(parameters('embeddings.position_embeddings.weight'), {
    axis: 0,
    sizes: length < shape.positions ? [length, shape.positions - length] : [length],
  });
  if (positions === undefined) throw new Error('Split gave nothing.');
  const words = b.gather(parameters('embeddings.word_embeddings.weight'), ids);
  const segments = b.gather(parameters('embeddings.token_type_embeddings.weight'), types);
  const embedded = b.reshape(b.add(b.add(words, segments), positions), [batch * length, dim]);
  let x = norm(b, parameters, 'embeddings.LayerNorm', embedded, epsilon);
  // 0 for a token, MASKED for padding, for every query alike.
  const masked = b.reshape(b.mul(b.sub(1, mask), MASKED), [batch, 1, 1, length]);
  for (let index = 0; index < depth; index++) {
    const layer = `encoder.layer.${index}`;
    const attended = branch(attention(b, parameters, `${layer}.attention`, shape, x, masked), {
      block: index,
      index: 0,
    });
    const middle = norm(b, parameters, `${layer}.attention.output.LayerNorm`, b.add(x, attended), epsilon);
    const hidden = activate(b, linearRows(b, parameters, `${layer}.intermediate.dense`, middle), shape);
    const mixed = branch(linearRows(b, parameters, `${layer}.output.dense`, hidden), { block: index, index: 1 });
    x = norm(b, parameters, `${layer}.output.LayerNorm`, b.add(middle, mixed), epsilon);
  }
  const tokens = b.reshape(x, [batch, length, dim]);
  if (pooling === 'mean') return meanOfTokens(b, tokens, mask);
  const first = b.reshape(b.slice(tokens, { starts: [0], ends: [1], axes: [1] }), [batch, dim]);
  return pooling === 'cls' ? first : b.tanh(linearRows(b, parameters, 'pooler.dense', first));
}

/** softmax(q·kᵀ / √headDim + mask)·v and the layer after it, over token rows [batch·length, dim]. */
function attention(
  b: GraphBuilder,
  parameters: ParameterValues,
  prefix: string,
  { dim, heads }: BertArchitecture,
  x: Value,
  masked: Value,
): Value {
  const [batch = 0, , , length = 0] = masked.shape;
  const headDim = dim / heads;
  const split = (name: string, perm: readonly number[]): Value => {
    const rows = linearRows(b, parameters, `${prefix}.self.${name}`, x);
    return b.transpose(b.reshape(rows, [batch, length, heads, headDim]), { perm: [...perm] });
  };
  const scores = b.matMul(b.mul(split('query', [0, 2, 1, 3]), headDim ** -0.5), split('key', [0, 2, 3, 1]));
  const mixed = b.matMul(b.softmax(b.add(scores, masked), { axis: -1 }), split('value', [0, 2, 1, 3]));
  const rows = b.reshape(b.transpose(mixed, { perm: [0, 2, 1, 3] }), [batch * length, dim]);
  return linearRows(b, parameters, `${prefix}.output.dense`, rows);
}

/** The mean over the tokens that are no padding; every sequence has one at least. */
function meanOfTokens(b: GraphBuilder, tokens: Value, mask: Value): Value {
  const [batch = 0, length = 0] = mask.shape;
  const sum = b.reduceSum(b.mul(tokens, b.reshape(mask, [batch, length, 1])), { axes: [1], keepdims: false });
  return b.div(sum, b.reduceSum(mask, { axes: [1], keepdims: true }));
}
