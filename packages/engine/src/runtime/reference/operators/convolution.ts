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

/** Every element of the data adds its filter, times the element, to the window it came from. */
export const convTranspose: Evaluate<'ConvTranspose'> = (context) => {
  const { strides, pads, dilations, group } = context.attributes;
  const [x, filters, bias] = [context.input(0), context.input(1), context.optional(2)];
  const [channels = 0, depth = 0, ...kernel] = filters.shape;
  const { shape } = context.output();
  const result = generate(shape, ([, filter = 0]) => bias?.data[filter] ?? 0);
  eachPosition(x.shape, ([image = 0, channel = 0, ...place], flat) => {
    const firstFilter = Math.floor(channel / (channels / group)) * depth;
    eachPosition([depth, ...kernel], ([filter = 0, ...offset]) => {
      const to = place.map(
        (p, i) => p * (strides?.[i] ?? 1) - (pads?.[i] ?? 0) + (offset[i] ?? 0) * (dilations?.[i] ?? 1),
      );
      if (to.some((p, i) => p < 0 || p >= (shape[i + 2] ?? 0))) return;
      const target = offsetOf(shape, [image, firstFilter + filter, ...to]);
      const weight = filters.data[offsetOf(filters.shape, [channel, filter, ...offset])] ?? 0;
      result[target] = (result[target] ?? 0) + (x.data[flat] ?? 0) * weight;
    });
  });
  return [result];
};
