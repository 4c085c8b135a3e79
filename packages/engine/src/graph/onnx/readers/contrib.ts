/** Fused operators of onnxruntime's own domain, which its optimiser writes into the files that it saves. */
import type { Value } from '../../graph.js';
import type { NodeReader, OnnxNode } from '../onnx-node.js';

function biased(node: OnnxNode): Value {
  const bias = node.optional(1);
  return bias === null ? node.input(0) : node.b.add(node.input(0), bias);
}

/** Adds the residual (and a bias) to the operand before it is normalised, and hands the sum on as the fourth output. */
function skipNormalization(node: OnnxNode, centred: boolean): readonly (Value | null)[] {
  const { b } = node;
  const residual = b.add(node.input(0), node.input(1));
  const added = node.optional(centred ? 4 : 3);
  const sum = added === null ? residual : b.add(residual, added);
  const epsilon = node.float('epsilon', 1e-12);
  const y = centred
    ? b.layerNormalization(sum, node.input(2), node.optional(3), { epsilon })
    : b.rmsNormalization(sum, node.input(2), { epsilon });
  return [y, null, null, sum];
}

/** alpha · A′ · B′, where ′ exchanges the last two axes on request. */
function fusedMatMul(node: OnnxNode): Value {
  const { b } = node;
  if (node.flag('transBatchA', false) || node.flag('transBatchB', false)) return node.unsupported('transposes batches');
  const operand = (index: number, turned: boolean) => {
    const value = node.input(index);
    const rank = value.shape.length;
    const perm = value.shape.map((_, i) => (i < rank - 2 ? i : 2 * rank - 3 - i));
    return turned && rank > 1 ? b.transpose(value, { perm }) : value;
  };
  const joined = b.matMul(operand(0, node.flag('transA', false)), operand(1, node.flag('transB', false)));
  const alpha = node.float('alpha', 1);
  return alpha === 1 ? joined : b.mul(joined, alpha);
}

export const contrib: Readonly<Record<string, NodeReader>> = {
  Gelu: { read: (node) => node.b.gelu(node.input(0)) },
  BiasGelu: { read: (node) => node.b.gelu(biased(node)) },
  FastGelu: { read: (node) => node.b.gelu(biased(node), { approximate: 'tanh' }) },
  QuickGelu: {
    attributes: ['alpha'],
    read: (node) => node.b.quickGelu(node.input(0), { alpha: node.float('alpha', 1.702) }),
  },
  FusedMatMul: { attributes: ['transA', 'transB', 'transBatchA', 'transBatchB', 'alpha'], read: fusedMatMul },
  SkipLayerNormalization: { attributes: ['epsilon'], read: (node) => skipNormalization(node, true) },
  SkipSimplifiedLayerNormalization: { attributes: ['epsilon'], read: (node) => skipNormalization(node, false) },
};
