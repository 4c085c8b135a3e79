import { GraphBuilder } from '../builder.js';
import type { Graph, GraphNode, NodeOf, Value } from '../graph.js';
import type { AttributesOf, OperatorName } from '../operators/index.js';
import { removeDeadNodes } from './remove-dead-nodes.js';

/** What may be said in place of a node: its outputs, or null to write it as it is. */
export type Say = (
  b: GraphBuilder,
  node: GraphNode,
  inputs: readonly (Value | null)[],
  /** What stands for a value of the old graph, which is made before this node. */
  known: (value: Value) => Value,
) => readonly Value[] | null;

/** Names the outputs of a rebuilt graph. */
export type Give = (b: GraphBuilder, known: (value: Value) => Value) => void;

/**
 * The graph written again, node by node, some of them said otherwise. Inputs and constants keep their names.
 *
 * @param give the outputs; the graph's own when left out
 */
export function rebuild(graph: Graph, say: Say, give: Give = ownOutputs(graph)): Graph {
  const b = new GraphBuilder();
  const values = new Map<Value, Value>(
    graph.inputs.map((input) => [input, b.input(input.name, input.dtype, input.shape)]),
  );
  for (const { value, tensor } of graph.constants) {
    values.set(value, b.constant(tensor.data, tensor.dtype, tensor.shape, value.name));
  }
  const known = (value: Value): Value => {
    const found = values.get(value);
    if (found === undefined) throw new Error(`The graph uses "${value.name}" before it is made.`);
    return found;
  };
  for (const node of graph.nodes) {
    const inputs = node.inputs.map((input) => (input === null ? null : known(input)));
    const outputs = say(b, node, inputs, known) ?? appendAgain(b, node, inputs);
    for (const [i, output] of node.outputs.entries()) values.set(output, outputs[i] ?? known(output));
  }
  give(b, known);
  // Not build(): its rewrites would take back what was said otherwise on purpose.
  return removeDeadNodes(b.snapshot());
}

function ownOutputs({ outputs }: Graph): Give {
  return (b, known) => {
    for (const { name, value } of outputs) b.output(name, known(value));
  };
}

/** The node once more, with other operands. */
export function appendAgain(b: GraphBuilder, node: GraphNode, inputs: readonly (Value | null)[]): readonly Value[] {
  return againTyped(b, node.operator, node, inputs);
}

/** The node's own attributes belong to its operator, which `K` states for the compiler. */
function againTyped<K extends OperatorName>(
  b: GraphBuilder,
  operator: K,
  node: NodeOf<OperatorName>,
  inputs: readonly (Value | null)[],
): readonly Value[] {
  return b.append(operator, inputs, node.attributes as AttributesOf<K>);
}
