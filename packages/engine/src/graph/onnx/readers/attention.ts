import type { Value } from '../../graph.js';
import type { NodeReader, OnnxNode } from '../onnx-node.js';
import { ruler } from './constants.js';

/** [batch, tokens, heads · width] as [batch, heads, tokens, width]; operands of four axes have that shape already. */
function headed({ b }: OnnxNode, x: Value, heads: number): Value {
  if (x.shape.length === 4) return x;
  const [batch = 0, tokens = 0, dim = 0] = x.shape;
  return b.transpose(b.reshape(x, [batch, tokens, heads, dim / heads]), { perm: [0, 2, 1, 3] });
}

/** Each head of the keys or values for as many heads of queries as share it. */
function repeated({ b }: OnnxNode, x: Value, times: number): Value {
  if (times === 1) return x;
  const [batch = 0, heads = 0, tokens = 0, width = 0] = x.shape;
  const apart = b.expand(b.unsqueeze(x, [2]), [batch, heads, times, tokens, width]);
  return b.reshape(apart, [batch, heads * times, tokens, width]);
}

/** What was kept of earlier tokens, then the new ones. */
function cached(node: OnnxNode, past: Value | null, x: Value): Value {
  return past === null ? x : node.b.concat([past, x], { axis: 2 });
}

/** A mask of booleans says what is attended to, one of numbers is added. It may end before the keys do. */
function masked(node: OnnxNode, scores: Value, mask: Value | null): Value {
  const { b } = node;
  if (mask === null) return scores;
  const missing = (scores.shape.at(-1) ?? 0) - (mask.shape.at(-1) ?? 0);
  if (missing > 0) return node.unsupported('has a mask that ends before the keys');
  return mask.dtype === 'bool' ? b.where(mask, scores, Number.NEGATIVE_INFINITY) : b.add(scores, mask);
}

/** Token i attends to keys up to i, counted from the first new one. */
function causal(node: OnnxNode, scores: Value, kept: number): Value {
  const { b } = node;
  const [queries = 0, keys = 0] = scores.shape.slice(-2);
  const last = b.add(ruler(node, queries, 0), b.constant(kept, 'i32'));
  return b.where(b.lessOrEqual(ruler(node, keys, 1), last), scores, Number.NEGATIVE_INFINITY);
}

/** Scaled dot-product attention (ONNX 23), with shared heads, masks, a soft cap and keys and values of earlier tokens. */
function attention(node: OnnxNode): readonly (Value | null)[] {
  const { b } = node;
  const [x, y, z] = [node.input(0), node.input(1), node.input(2)];
  if (node.wants(3) || node.optional(6) !== null) return node.unsupported('asks for its scores or for padded keys');
  if (node.int('left_window_size', -1) >= 0 || node.int('right_window_size', -1) >= 0) {
    return node.unsupported('looks through a window');
  }
  const split = x.shape.length === 3;
  const queryHeads = split ? node.int('q_num_heads') : (x.shape[1] ?? 0);
  const keyHeads = split ? node.int('kv_num_heads') : (y.shape[1] ?? 0);
  const query = headed(node, x, queryHeads);
  const [pastKeys, pastValues] = [node.optional(4), node.optional(5)];
  const keys = cached(node, pastKeys, headed(node, y, keyHeads));
  const values = cached(node, pastValues, headed(node, z, keyHeads));
  const shared = queryHeads / keyHeads;
  const scale = node.float('scale', 1 / Math.sqrt(query.shape.at(-1) ?? 1));
  const turned = b.transpose(repeated(node, keys, shared), { perm: [0, 1, 3, 2] });
  const product = b.mul(b.matMul(query, turned), scale);
  const cap = node.float('softcap', 0);
  const capped = cap > 0 ? b.mul(b.tanh(b.mul(product, 1 / cap)), cap) : product;
  const seen = masked(node, capped, node.optional(3));
  const scores = node.flag('is_causal', false) ? causal(node, seen, pastKeys?.shape[2] ?? 0) : seen;
  const mixed = b.matMul(b.softmax(scores), repeated(node, values, shared));
  if (!split) return [mixed, keys, values];
  const [batch = 0, heads = 0, tokens = 0, width = 0] = mixed.shape;
  return [b.reshape(b.transpose(mixed, { perm: [0, 2, 1, 3] }), [batch, tokens, heads * width]), keys, values];
}

export const attentions: Readonly<Record<string, NodeReader>> = {
  Attention: {
    attributes: [
      'is_causal',
      'q_num_heads',
      'kv_num_heads',
      'scale',
      'softcap',
      // The softmax of a device has one precision; the scores themselves are refused as an output.
      'softmax_precision',
      'qk_matmul_output_mode',
      'left_window_size',
      'right_window_size',
    ],
    read: attention,
  },
};
