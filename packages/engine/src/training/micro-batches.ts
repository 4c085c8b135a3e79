import { StockpotEngineError } from '../errors.js';
import { dtypes } from '../graph/dtype.js';
import { sameShape, showShape, sizeOf } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import type { BatchInput, BatchSource, Feeds } from './training-task.js';

/**
 * A source of batches cut into parts, for a task that takes one part at a time: with `accumulate` parts an update, the
 * training sees the examples, and their randomness, that it would have seen in one piece.
 *
 * @param inputs of the task that takes a part; where an input's axis is `parts` times as long in the whole batch, it is cut
 * @throws {StockpotEngineError} for a batch that is no whole number of parts
 */
export function microBatches(source: BatchSource, inputs: readonly BatchInput[], parts: number): BatchSource {
  if (parts === 1) return source;
  assertWholeParts(source.batchSize, parts);
  let last: { readonly update: number; readonly feeds: Promise<Feeds> } | null = null;
  return {
    batchSize: source.batchSize / parts,
    at: async (step) => {
      const part = step % parts;
      const update = (step - part) / parts;
      if (last?.update !== update) last = { update, feeds: Promise.resolve(source.at(update)) };
      const feeds = await last.feeds;
      return Object.fromEntries(
        Object.entries(feeds).map(([name, whole]) => {
          const input = inputs.find((one) => one.name === name);
          return [name, input === undefined ? whole : partOf(whole, input, part, parts)];
        }),
      );
    },
  };
}

/** @throws {StockpotEngineError} for a batch that is no whole number of parts */
export function assertWholeParts(batch: number, parts: number): void {
  if (batch % parts === 0) return;
  throw new StockpotEngineError(
    `A batch of ${batch} cannot be cut into ${parts} equal parts.`,
    'Choose a batch that is a multiple of the number of batches that are accumulated.',
  );
}

/**
 * Part `part` of a tensor along the axis of the batch, which is `parts` times as long as the input's; a tensor of the input's own
 * shape goes whole. The other axes are the batch's own.
 */
function partOf(whole: Tensor, { name, shape: wanted, batchAxis: axis = 0 }: BatchInput, part: number, parts: number) {
  if (sameShape(whole.shape, wanted)) return whole;
  const size = wanted[axis] ?? 0;
  if (whole.shape.length !== wanted.length || whole.shape[axis] !== size * parts) {
    throw new RangeError(
      `${name} ${showShape(whole.shape)} is not ${parts} parts of ${showShape(wanted)} along axis ${axis}.`,
    );
  }
  const shape = whole.shape.with(axis, size);
  const outer = shape.slice(0, axis).reduce((product, size) => product * size, 1);
  const inner = shape.slice(axis).reduce((product, size) => product * size, dtypes[whole.dtype].bytes);
  const { buffer, byteOffset } = whole.data;
  const bytes = new Uint8Array(outer * inner);
  for (let row = 0; row < outer; row++) {
    bytes.set(new Uint8Array(buffer, byteOffset + (row * parts + part) * inner, inner), row * inner);
  }
  return { ...whole, shape, data: dtypes[whole.dtype].view(bytes.buffer, 0, sizeOf(shape)) };
}
