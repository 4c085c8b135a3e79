import { evaluateNode } from '../../runtime/reference/interpret.js';
import type { Graph, GraphConstant, GraphNode, Value } from '../graph.js';
import type { OperatorName } from '../operators/index.js';
import { sizeOf } from '../shape.js';
import { numbersOf, type Tensor, tensorOf } from '../tensor.js';

/** A folded constant may be this long even if its operands were shorter: enough for a table, too little to bloat a file. */
const MOST_ELEMENTS = 4096;

/** How much longer all constants together may become: chains that double what they have would never end. */
const MOST_GROWTH = 8;

/**
 * Computes now what depends on constants only, in f64 and rounded once to the dtype of the result.
 *
 * @param left operators whose nodes stay as they are
 */
export function foldConstants(graph: Graph, left: readonly OperatorName[] = []): Graph {
  const known = new Map<Value, Tensor>(graph.constants.map(({ value, tensor }) => [value, tensor]));
  const folded: GraphConstant[] = [];
  let allowance = MOST_GROWTH * graph.constants.reduce((sum, { tensor }) => sum + sizeOf(tensor.shape), MOST_ELEMENTS);
  const nodes = graph.nodes.filter((node) => {
    const operands = node.inputs.map((input) => (input === null ? null : known.get(input)));
    if (node.inputs.length === 0 || operands.includes(undefined) || !fits(node)) return true;
    if (left.includes(node.operator)) return true;
    allowance -= node.outputs.reduce((sum, output) => sum + sizeOf(output.shape), 0);
    if (allowance < 0) return true;
    const results = evaluateNode(
      node,
      operands.map((tensor) =>
        tensor === null || tensor === undefined ? null : { ...tensor, data: numbersOf(tensor) },
      ),
    );
    for (const [i, value] of node.outputs.entries()) {
      const tensor = tensorOf(value.dtype, value.shape, results[i] ?? []);
      known.set(value, tensor);
      folded.push({ value, tensor });
    }
    return false;
  });
  return { ...graph, nodes, constants: [...graph.constants, ...folded] };
}

function fits(node: GraphNode): boolean {
  const operands = node.inputs.reduce((sum, input) => sum + (input === null ? 0 : sizeOf(input.shape)), 0);
  const results = node.outputs.reduce((sum, output) => sum + sizeOf(output.shape), 0);
  return results <= Math.max(MOST_ELEMENTS, operands);
}
