import type { Graph, GraphNode, Value } from '../graph.js';
import type { OperatorName } from '../operators/index.js';
import { broadcastShapes, sameShape } from '../shape.js';
import { producersOf, withInputs } from './substitute.js';

const broadcasting: ReadonlySet<OperatorName> = new Set([
  'Add',
  'Sub',
  'Mul',
  'Div',
  'Pow',
  'Min',
  'Max',
  'Where',
  'Equal',
  'Less',
  'LessOrEqual',
  'Greater',
  'GreaterOrEqual',
  'And',
  'Or',
]);

/** Operators that broadcast need no expanded operand when the other operands give the full shape anyway. */
export function removeExpands(graph: Graph): Graph {
  const producers = producersOf(graph);
  const nodes = graph.nodes.map((node) => {
    if (!broadcasting.has(node.operator)) return node;
    return node.inputs.reduce((current: GraphNode, input, i) => {
      const expand = input === null ? undefined : producers.get(input);
      const source = expand?.operator === 'Expand' ? expand.inputs[0] : undefined;
      if (source === null || source === undefined) return current;
      const inputs = current.inputs.with(i, source);
      const [output] = node.outputs;
      return output !== undefined && sameShape(resultShape(inputs), output.shape)
        ? withInputs(current, inputs)
        : current;
    }, node);
  });
  return { ...graph, nodes };
}

function resultShape(inputs: readonly (Value | null)[]): readonly number[] {
  return broadcastShapes(...inputs.flatMap((input) => (input === null ? [] : [input.shape]))) ?? [-1];
}
