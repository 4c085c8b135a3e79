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

/** Part `part` of a tensor along the axis that is longer than the input's; one without such an axis goes whole. */
function partOf(whole: Tensor, { name, shape }: BatchInput, part: number, parts: number): Tensor {
  if (sameShape(whole.shape, shape)) return whole;
  const axis = whole.shape.findIndex((size, at) => size !== shape[at]);
  const fits = whole.shape.every((size, at) => size === (shape[at] ?? Number.NaN) * (at === axis ? parts : 1));
  if (!fits) {
    throw new RangeError(
      `${name} ${showShape(whole.shape)} is not ${parts} parts of ${showShape(shape)} along one axis.`,
    );
  }
  const outer = shape.slice(0, axis).reduce((product, size) => product * size, 1);
  const inner = shape.slice(axis).reduce((product, size) => product * size, dtypes[whole.dtype].bytes);
  const { buffer, byteOffset } = whole.data;
  const bytes = new Uint8Array(outer * inner);
  for (let row = 0; row < outer; row++) {
    bytes.set(new Uint8Array(buffer, byteOffset + (row * parts + part) * inner, inner), row * inner);
  }
  return { ...whole, shape, data: dtypes[whole.dtype].view(bytes.buffer, 0, sizeOf(shape)) };
}
