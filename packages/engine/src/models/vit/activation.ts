import type { GraphBuilder } from '../../graph/builder.js';
import type { Value } from '../../graph/graph.js';
import type { Activation } from './architecture.js';

const silu = (b: GraphBuilder, x: Value): Value => b.mul(x, b.sigmoid(x));

const activations: { readonly [Name in Activation]: (b: GraphBuilder, x: Value) => Value } = {
  gelu: (b, x) => b.gelu(x, { approximate: 'none' }),
  'gelu-tanh': (b, x) => b.gelu(x, { approximate: 'tanh' }),
  'quick-gelu': (b, x) => b.mul(x, b.sigmoid(b.mul(x, 1.702))),
  silu,
  relu: (b, x) => b.relu(x),
};

/** The nonlinearity between the two layers of a block's perceptron, over rows [M, mlp] (gated: [M, 2·mlp] → [M, mlp]). */
export function activate(
  b: GraphBuilder,
  hidden: Value,
  { activation = 'gelu', gatedMlp = false }: { readonly activation?: Activation; readonly gatedMlp?: boolean },
): Value {
  if (!gatedMlp) return activations[activation](b, hidden);
  const half = (hidden.shape[1] ?? 0) / 2;
  const [gate, value] = b.split(hidden, { axis: 1, sizes: [half, half] });
  if (gate === undefined || value === undefined) throw new Error('Split into two gave fewer than two.');
  return b.mul(silu(b, gate), value);
}
