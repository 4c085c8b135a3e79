/** Element-wise functions of the standard that the graph writes with a few of its own. */
import type { GraphBuilder } from '../../builder.js';
import type { Value } from '../../graph.js';
import type { NodeReader, OnnxNode } from '../onnx-node.js';

type Unary = (b: GraphBuilder, x: Value, node: OnnxNode) => Value;

const unary = (compute: Unary, ...attributes: readonly string[]): NodeReader => ({
  attributes,
  read: (node) => compute(node.b, node.input(0), node),
});

/** α·(eˣ − 1) for negative x, with no overflow where x is positive. */
function exponentialBelow(b: GraphBuilder, x: Value, alpha: number): Value {
  return b.mul(b.sub(b.exp(b.min(x, 0)), 1), alpha);
}

function softplus(b: GraphBuilder, x: Value): Value {
  return b.add(b.relu(x), b.log(b.add(b.exp(b.neg(b.abs(x))), 1)));
}

function hardSigmoid(b: GraphBuilder, x: Value, alpha: number, beta: number): Value {
  return b.clip(b.add(b.mul(x, alpha), beta), 0, 1);
}

export const activations: Readonly<Record<string, NodeReader>> = {
  LeakyRelu: unary((b, x, node) => b.where(b.greater(x, 0), x, b.mul(x, node.float('alpha', 0.01))), 'alpha'),
  PRelu: {
    read(node) {
      const { b } = node;
      const [x, slope] = [node.input(0), node.input(1)];
      return b.where(b.greater(x, 0), x, b.mul(x, slope));
    },
  },
  Elu: unary((b, x, node) => b.add(b.relu(x), exponentialBelow(b, x, node.float('alpha', 1))), 'alpha'),
  Celu: unary((b, x, node) => {
    const alpha = node.float('alpha', 1);
    return b.add(b.relu(x), exponentialBelow(b, b.mul(x, 1 / alpha), alpha));
  }, 'alpha'),
  Selu: unary(
    (b, x, node) => {
      const [alpha, gamma] = [node.float('alpha', 1.6732632423543772), node.float('gamma', 1.0507009873554805)];
      return b.mul(b.add(b.relu(x), exponentialBelow(b, x, alpha)), gamma);
    },
    'alpha',
    'gamma',
  ),
  ThresholdedRelu: unary((b, x, node) => b.where(b.greater(x, node.float('alpha', 1)), x, 0), 'alpha'),
  Softplus: unary(softplus),
  Softsign: unary((b, x) => b.div(x, b.add(b.abs(x), 1))),
  HardSigmoid: unary(
    (b, x, node) => hardSigmoid(b, x, node.float('alpha', 0.2), node.float('beta', 0.5)),
    'alpha',
    'beta',
  ),
  HardSwish: unary((b, x) => b.mul(x, hardSigmoid(b, x, 1 / 6, 0.5))),
  Swish: unary((b, x, node) => b.mul(x, b.sigmoid(b.mul(x, node.float('alpha', 1)))), 'alpha'),
  Mish: unary((b, x) => b.mul(x, b.tanh(softplus(b, x)))),
  Tan: unary((b, x) => b.div(b.sin(x), b.cos(x))),
  Sinh: unary((b, x) => b.mul(b.sub(b.exp(x), b.exp(b.neg(x))), 0.5)),
  Cosh: unary((b, x) => b.mul(b.add(b.exp(x), b.exp(b.neg(x))), 0.5)),
  // WebGPU has no kernel for signs.
  Sign: unary((b, x) => b.sub(b.cast(b.greater(x, 0), x.dtype), b.cast(b.less(x, 0), x.dtype))),
  IsNaN: unary((b, x) => b.not(b.equal(x, x))),
  IsInf: unary(
    (b, x, node) => {
      const [above, below] = [b.equal(x, Number.POSITIVE_INFINITY), b.equal(x, Number.NEGATIVE_INFINITY)];
      if (!node.flag('detect_negative', true)) return above;
      return node.flag('detect_positive', true) ? b.or(above, below) : below;
    },
    'detect_negative',
    'detect_positive',
  ),
  Shrink: unary(
    (b, x, node) => {
      const [bias, reach] = [node.float('bias', 0), node.float('lambd', 0.5)];
      return b.where(b.less(x, -reach), b.add(x, bias), b.where(b.greater(x, reach), b.sub(x, bias), 0));
    },
    'bias',
    'lambd',
  ),
};
