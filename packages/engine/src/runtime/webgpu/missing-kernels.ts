import { type Graph, type GraphNode, showShape, type Value } from '../../graph/index.js';

/** The disposable half of an onnxruntime session. */
interface Released {
  release(): Promise<void>;
}

/**
 * Which nodes of a graph a device has no kernel for, as 'Operator(f32[2, 3])': each kind of node is prepared alone. The
 * runtime itself does not tell.
 */
export async function nodesWithoutKernel(graph: Graph, prepare: (part: Graph) => Promise<Released>): Promise<string[]> {
  const kinds = new Map<string, Graph>();
  for (const node of graph.nodes) {
    const kind = describe(node);
    if (!kinds.has(kind)) kinds.set(kind, alone(graph, node));
  }
  const missing: string[] = [];
  for (const [kind, part] of kinds) {
    try {
      await (await prepare(part)).release();
    } catch {
      missing.push(kind);
    }
  }
  return missing;
}

function describe({ operator, inputs }: GraphNode): string {
  const operands = inputs.map((input) => (input === null ? 'none' : `${input.dtype}${showShape(input.shape)}`));
  return `${operator}(${operands.join(', ')})`;
}

/** The graph of this node only; its operands are inputs, but for the constants among them. */
function alone(graph: Graph, node: GraphNode): Graph {
  const operands = new Set(node.inputs.filter((input): input is Value => input !== null));
  const constants = graph.constants.filter(({ value }) => operands.has(value));
  const fixed = new Set(constants.map(({ value }) => value));
  return {
    inputs: [...operands].filter((operand) => !fixed.has(operand)),
    constants,
    nodes: [node],
    outputs: node.outputs.map((value, i) => ({ name: `output.${i}`, value })),
  };
}
