import { GraphBuilder } from '../builder.js';
import type { Graph, GraphConstant, GraphNode, NodeOf, Value } from '../graph.js';
import type { AttributesOf, OperatorName } from '../operators/index.js';
import { removeDeadNodes } from './remove-dead-nodes.js';

/** What may be said in place of a node: its outputs, or null to write it as it is. */
type Say = (
  b: GraphBuilder,
  node: GraphNode,
  inputs: readonly (Value | null)[],
  /** What stands for a value of the old graph, which is made before this node. */
  known: (value: Value) => Value,
) => readonly Value[] | null;

/** Names the outputs of a rebuilt graph. */
type Give = (b: GraphBuilder, known: (value: Value) => Value) => void;

/**
 * Writes the nodes of a graph into a builder, one after the other: the one way to say a graph otherwise.
 *
 * @param how.inputs what stands for the graph's inputs, in their order
 * @param how.constant what stands for a constant
 * @param how.node what is written for a node, given what stands for its operands: its outputs
 * @returns what stands for a value of the graph
 */
export function replay(
  graph: Graph,
  how: {
    readonly inputs: readonly Value[];
    readonly constant: (constant: GraphConstant) => Value;
    readonly node: (
      node: GraphNode,
      operands: readonly (Value | null)[],
      known: (value: Value) => Value,
    ) => readonly Value[];
  },
): (value: Value) => Value {
  const values = new Map<Value, Value>();
  for (const [i, input] of graph.inputs.entries()) {
    const given = how.inputs[i];
    if (given !== undefined) values.set(input, given);
  }
  for (const constant of graph.constants) values.set(constant.value, how.constant(constant));
  const known = (value: Value): Value => {
    const found = values.get(value);
    if (found === undefined) throw new Error(`The graph uses "${value.name}" before it is made.`);
    return found;
  };
  for (const node of graph.nodes) {
    const operands = node.inputs.map((input) => (input === null ? null : known(input)));
    for (const [i, made] of how.node(node, operands, known).entries()) {
      const output = node.outputs[i];
      if (output !== undefined) values.set(output, made);
    }
  }
  return known;
}

/**
 * The graph written again, node by node, some of them said otherwise. Inputs and constants keep their names.
 *
 * @param give the outputs; the graph's own when left out
 */
export function rebuild(graph: Graph, say: Say, give: Give = ownOutputs(graph)): Graph {
  const b = new GraphBuilder();
  const known = replay(graph, {
    inputs: graph.inputs.map(({ name, dtype, shape }) => b.input(name, dtype, shape)),
    constant: ({ value, tensor }) => b.constant(tensor.data, tensor.dtype, tensor.shape, value.name),
    node: (node, operands, before) => say(b, node, operands, before) ?? appendAgain(b, node, operands),
  });
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
