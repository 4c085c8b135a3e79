import { type Graph, GraphBuilder, numbersOf, sizeOf, type Value } from '../graph/index.js';
import { appendAgain, replay } from '../graph/rewrites/rebuild.js';
import type { PRECISIONS } from '../recipe/training-options.js';
import { type PrecisionRule, precisionRules } from './precision-rules.js';

/** What a training computes its matrix products in. The weights themselves are always f32. */
export type Precision = (typeof PRECISIONS)[number];

/** Normal f16 numbers; a constant beyond them stays f32, and with it what it meets. */
const [SMALLEST, LARGEST] = [2 ** -14, 65504];

/**
 * The same graph with its matrix products and what lies between them in f16, by the table of `precisionRules`. Inputs and
 * outputs keep their types, so that weights and the state of the optimizer stay f32 (mixed precision; Micikevicius et al.
 * 2018).
 */
export function inHalfPrecision(graph: Graph): Graph {
  const b = new GraphBuilder();
  /** Constants of one number, which take the type of what they meet. */
  const weak = new Set<Value>();
  const known = replay(graph, {
    inputs: graph.inputs.map(({ name, dtype, shape }) => b.input(name, dtype, shape)),
    constant: ({ value, tensor }) => {
      const constant = b.constant(tensor.data, tensor.dtype, tensor.shape, value.name);
      const magnitude = Math.abs(numbersOf(tensor)[0] ?? 0);
      const fits = magnitude === 0 || (magnitude >= SMALLEST && magnitude <= LARGEST);
      if (sizeOf(tensor.shape) === 1 && fits) weak.add(constant);
      return constant;
    },
    node: (node, operands) => {
      const dtype = computedIn(precisionRules[node.operator], operands, weak);
      const cast = operands.map((operand) =>
        operand !== null && (operand.dtype === 'f32' || operand.dtype === 'f16') ? b.cast(operand, dtype) : operand,
      );
      // A loop takes and gives f32; inside of it the rules hold again.
      if (node.operator !== 'Loop') return appendAgain(b, node, cast);
      return b.append('Loop', cast, { ...node.attributes, body: inHalfPrecision(node.attributes.body) });
    },
  });
  for (const { name, value } of graph.outputs) b.output(name, b.cast(known(value), value.dtype));
  return b.build();
}

function computedIn(rule: PrecisionRule, operands: readonly (Value | null)[], weak: ReadonlySet<Value>): 'f16' | 'f32' {
  if (rule !== 'follow') return rule === 'half' ? 'f16' : 'f32';
  const floats = operands.filter((value) => value !== null && (value.dtype === 'f16' || value.dtype === 'f32'));
  const strong = floats.filter((value) => value !== null && !weak.has(value));
  return strong.length > 0 && strong.every((value) => value?.dtype === 'f16') ? 'f16' : 'f32';
}
