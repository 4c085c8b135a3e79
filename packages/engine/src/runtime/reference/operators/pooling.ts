/** Pools of [N, C, …spatial]. */
import { poolWindows } from '../../../graph/operators/pool.js';
import { sizeOf } from '../../../graph/shape.js';
import type { Evaluate, EvaluateContext } from '../evaluate.js';
import { eachPosition, generate, offsetOf } from '../indexing.js';

/** Calls `visit` for every position that window `place` touches, with its coordinates in the data, which may lie outside. */
function eachInWindow(
  context: EvaluateContext<'MaxPool' | 'AveragePool'>,
  place: readonly number[],
  visit: (from: readonly number[]) => void,
): void {
  const windows = poolWindows(context.input(0).shape, context.attributes);
  eachPosition(context.attributes.kernel_shape, (offset) => {
    visit(windows.map((w, i) => (place[i] ?? 0) * w.stride - w.before + (offset[i] ?? 0) * w.dilation));
  });
}

export const maxPool: Evaluate<'MaxPool'> = (context) => {
  const { shape, data } = context.input(0);
  return [
    generate(context.output().shape, ([image = 0, channel = 0, ...place]) => {
      let largest = -Infinity;
      eachInWindow(context, place, (from) => {
        if (from.some((p, i) => p < 0 || p >= (shape[i + 2] ?? 0))) return;
        largest = Math.max(largest, data[offsetOf(shape, [image, channel, ...from])] ?? 0);
      });
      return largest;
    }),
  ];
};

/** Pads count as zeros with `count_include_pad`; what hangs over beyond the pads never counts. */
export const averagePool: Evaluate<'AveragePool'> = (context) => {
  const { shape, data } = context.input(0);
  const { count_include_pad: includesPads, pads } = context.attributes;
  const axes = shape.length - 2;
  return [
    generate(context.output().shape, ([image = 0, channel = 0, ...place]) => {
      let sum = 0;
      let count = 0;
      eachInWindow(context, place, (from) => {
        const inside = from.every((p, i) => p >= 0 && p < (shape[i + 2] ?? 0));
        const padded = from.every((p, i) => p < (shape[i + 2] ?? 0) + (pads?.[i + axes] ?? 0));
        if (inside) sum += data[offsetOf(shape, [image, channel, ...from])] ?? 0;
        if (includesPads ? padded : inside) count += 1;
      });
      return sum / count;
    }),
  ];
};

export const globalAveragePool: Evaluate<'GlobalAveragePool'> = (context) => {
  const { shape, data } = context.input(0);
  const area = sizeOf(shape.slice(2));
  return [
    generate(context.output().shape, (_, flat) => {
      let sum = 0;
      for (let i = 0; i < area; i++) sum += data[flat * area + i] ?? 0;
      return sum / area;
    }),
  ];
};
