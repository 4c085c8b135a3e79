import type { Graph, Value } from '../graph.js';
import { sameShape } from '../shape.js';
import { producersOf, substitute } from './substitute.js';

/** Uses the operand of nodes that only pass it on, and the first operand of a chain of reshapes. */
export function removeCopies(graph: Graph): Graph {
  const replacements = new Map<Value, Value>();
  const producers = producersOf(graph);
  const nodes = graph.nodes.map((node) => {
    const [input] = node.inputs;
    const [output] = node.outputs;
    if (input === null || input === undefined || output === undefined) return node;
    switch (node.operator) {
      case 'Identity':
      case 'StopGradient':
        replacements.set(output, input);
        return node;
      case 'Reshape':
      case 'Squeeze':
      case 'Unsqueeze':
      case 'Expand':
        if (sameShape(input.shape, output.shape)) replacements.set(output, input);
        break;
      default:
    }
    if (node.operator !== 'Reshape') return node;
    const source = sourceOfReshapes(input, producers);
    if (sameShape(source.shape, output.shape)) replacements.set(output, source);
    // The dimensions are written out: a 0 would copy from an operand that is no longer there.
    return source === input ? node : { ...node, attributes: { shape: output.shape }, inputs: [source] };
  });
  return substitute({ ...graph, nodes }, replacements);
}

function sourceOfReshapes(value: Value, producers: ReturnType<typeof producersOf>): Value {
  let current = value;
  for (;;) {
    const node = producers.get(current);
    const [input] = node?.inputs ?? [];
    const moves = node?.operator === 'Reshape' || node?.operator === 'Squeeze' || node?.operator === 'Unsqueeze';
    if (!moves || input === null || input === undefined || input.shape.includes(0)) return current;
    current = input;
  }
}
