import type { Evaluate } from '../evaluate.js';
import { eachPosition, generate, offsetOf } from '../indexing.js';

/** Every output element is the sum over its kernel window; positions outside of the data count as zero. */
export const conv: Evaluate<'Conv'> = (context) => {
  const { strides, pads, dilations, group } = context.attributes;
  const [x, filters, bias] = [context.input(0), context.input(1), context.optional(2)];
  const [count = 0, depth = 0, ...kernel] = filters.shape;
  const spatial = x.shape.slice(2);
  return [
    generate(context.output().shape, ([image = 0, filter = 0, ...place]) => {
      const firstChannel = Math.floor(filter / (count / group)) * depth;
      let sum = bias?.data[filter] ?? 0;
      eachPosition([depth, ...kernel], ([channel = 0, ...offset]) => {
        const from = place.map(
          (p, i) => p * (strides?.[i] ?? 1) - (pads?.[i] ?? 0) + (offset[i] ?? 0) * (dilations?.[i] ?? 1),
        );
        if (from.some((p, i) => p < 0 || p >= (spatial[i] ?? 0))) return;
        sum +=
          (x.data[offsetOf(x.shape, [image, firstChannel + channel, ...from])] ?? 0) *
          (filters.data[offsetOf(filters.shape, [filter, channel, ...offset])] ?? 0);
      });
      return sum;
    }),
  ];
};
