import { GraphBuilder } from '../builder.js';
import type { Graph } from '../graph.js';
import { damaged } from './errors.js';
import { ioErrors, type ReadOptions, readOnnx } from './model.js';

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
