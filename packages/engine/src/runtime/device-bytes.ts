import { dtypes, type Graph, sizeOf, type TensorType } from '../graph/index.js';

/**
 * Bytes of a device's memory that one run of a graph holds for certain: its inputs (the state, the batch), its constants and
 * its outputs (the next state). What the runtime takes beside that, for intermediate results and as a reserve, it does not
 * tell (onnxruntime-node 1.30).
 */
export function deviceBytes(graph: Graph): number {
  const held = [...graph.inputs, ...graph.outputs.map(({ value }) => value)];
  return held.reduce((sum, one) => sum + bytesOf(one), constantBytes(graph));
}

/** Those of loops too. */
function constantBytes({ constants, nodes }: Graph): number {
  const own = constants.reduce((sum, { tensor }) => sum + bytesOf(tensor), 0);
  return nodes.reduce((sum, node) => sum + (node.operator === 'Loop' ? constantBytes(node.attributes.body) : 0), own);
}

function bytesOf({ dtype, shape }: TensorType): number {
  return sizeOf(shape) * dtypes[dtype].bytes;
}
