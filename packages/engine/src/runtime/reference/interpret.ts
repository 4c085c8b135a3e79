import { isFloat } from '../../graph/dtype.js';
import type { Graph, GraphNode, NodeOf, OperatorName, Value } from '../../graph/index.js';
import { sameShape, showShape } from '../../graph/shape.js';
import { numbersOf, type Tensor, tensorOf } from '../../graph/tensor.js';
import { type Evaluate, EvaluateContext, type ReferenceTensor } from './evaluate.js';
import { referenceTable } from './table.js';

/**
 * Runs a graph in plain f64 TypeScript: slow and obviously right, the measure of every device. Nothing is rounded to the
 * dtypes of the graph. Feeds may be of any float dtype where the graph wants a float. Floating-point outputs come back as
 * f64, others in their own dtype. Throws TypeError for a missing or misshapen feed, RangeError for an index out of bounds.
 */
export function interpret(graph: Graph, feeds: Readonly<Record<string, Tensor>>): Record<string, Tensor> {
  const values = new Map<Value, ReferenceTensor>();
  for (const input of graph.inputs) {
    const fed = feeds[input.name];
    if (fed === undefined) throw new TypeError(`Input "${input.name}" was not fed.`);
    if (!sameShape(fed.shape, input.shape)) {
      throw new TypeError(`Input "${input.name}" is ${showShape(input.shape)} but was fed ${showShape(fed.shape)}.`);
    }
    values.set(input, { dtype: input.dtype, shape: input.shape, data: numbersOf(fed) });
  }
  for (const { value, tensor } of graph.constants) values.set(value, { ...value, data: numbersOf(tensor) });
  for (const node of graph.nodes) {
    const inputs = node.inputs.map((input) => (input === null ? null : known(values, input)));
    const results = evaluateNode(node, inputs);
    for (const [i, output] of node.outputs.entries()) {
      values.set(output, { dtype: output.dtype, shape: output.shape, data: results[i] ?? new Float64Array() });
    }
  }
  const outputs: Record<string, Tensor> = {};
  for (const { name, value } of graph.outputs) {
    const { dtype, shape, data } = known(values, value);
    outputs[name] = isFloat(dtype) ? { dtype: 'f64', shape, data } : tensorOf(dtype, shape, data);
  }
  return outputs;
}

/** The outputs of one node for the given operands. */
export function evaluateNode(node: GraphNode, inputs: readonly (ReferenceTensor | null)[]): readonly Float64Array[] {
  return evaluateTyped(node.operator, node, inputs);
}

/** The table pairs each operator with the implementation for its own nodes, which `K` states for the compiler. */
function evaluateTyped<K extends OperatorName>(
  operator: K,
  node: NodeOf<OperatorName>,
  inputs: readonly (ReferenceTensor | null)[],
): readonly Float64Array[] {
  const evaluate: Evaluate<K> = referenceTable[operator];
  return evaluate(new EvaluateContext(node as NodeOf<K>, inputs));
}

function known(values: ReadonlyMap<Value, ReferenceTensor>, value: Value): ReferenceTensor {
  const found = values.get(value);
  if (found === undefined)
    throw new TypeError(`"${value.name}" is used before it is computed; the graph is not ordered.`);
  return found;
}
