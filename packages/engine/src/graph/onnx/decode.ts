import { GraphBuilder } from '../builder.js';
import type { Graph } from '../graph.js';
import { removeDeadNodes } from '../rewrites/remove-dead-nodes.js';
import type { Tensor } from '../tensor.js';
import { damaged } from './errors.js';
import { ioErrors, type OnnxModel, type ReadOptions, readOnnx } from './model.js';

/**
 * The model as a graph of its own in which `parameters` have taken the place of the initialisers of their names: what is
 * written with `encodeOnnx` after training. Every initialiser that is used keeps its name; nothing is folded into another.
 */
export function modelGraph(model: OnnxModel, parameters: ReadonlyMap<string, Tensor> = new Map()): Graph {
  const b = new GraphBuilder();
  const inputs = Object.fromEntries(model.inputs.map(({ name, dtype, shape }) => [name, b.input(name, dtype, shape)]));
  const replaced = [...parameters].map(
    ([name, { data, dtype, shape }]) => [name, b.constant(data, dtype, shape, name)] as const,
  );
  const outputs = model.build(b, inputs, Object.fromEntries(replaced));
  for (const [name, value] of Object.entries(outputs)) b.output(name, value);
  return removeDeadNodes(b.snapshot());
}

/**
 * Reads an ONNX file into a graph of its own, with every initialiser as a constant. Throws OnnxError as `readOnnx` does.
 */
export function decodeOnnx(bytes: Uint8Array, options: ReadOptions = {}): Graph {
  const model = readOnnx(bytes, options);
  const b = new GraphBuilder();
  const inputs = Object.fromEntries(model.inputs.map(({ name, dtype, shape }) => [name, b.input(name, dtype, shape)]));
  const outputs = model.build(b, inputs);
  ioErrors(() => {
    for (const [name, value] of Object.entries(outputs)) b.output(name, value);
  });
  try {
    return b.build();
  } catch (cause) {
    // Constants are folded when a graph is built; an index among them may lead nowhere.
    if (cause instanceof RangeError)
      throw damaged(`A constant of the file cannot be computed. ${cause.message}`, cause);
    throw cause;
  }
}
