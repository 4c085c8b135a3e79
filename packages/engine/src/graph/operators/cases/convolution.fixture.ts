import type { OperatorName } from '../../index.js';
import { type OperatorCase, positive, spread } from './kit.fixture.js';

export const convolutionCases = {
  Conv: [
    {
      title: 'strides and pads',
      inputs: [spread([2, 2, 5, 4]), spread([3, 2, 3, 2], -0.5, 0.5), spread([3])],
      build: (b, x, w, bias) => b.conv(x, w, bias, { strides: [2, 1], pads: [1, 0, 1, 1] }),
    },
    {
      title: 'groups and dilations, one spatial axis',
      inputs: [spread([1, 4, 7]), spread([2, 2, 3])],
      build: (b, x, w) => b.conv(x, w, null, { group: 2, dilations: [2] }),
    },
    {
      title: 'strides that leave an end unused',
      inputs: [spread([2, 1, 6, 5]), spread([2, 1, 2, 2])],
      build: (b, x, w) => b.conv(x, w, null, { strides: [3, 2] }),
    },
    {
      title: 'depthwise, strides with dilations and lopsided pads',
      inputs: [spread([2, 2, 5, 5]), spread([4, 1, 2, 3], -0.5, 0.5), spread([4])],
      build: (b, x, w, bias) =>
        b.conv(x, w, bias, { group: 2, strides: [2, 2], dilations: [2, 1], pads: [0, 2, 1, 1] }),
    },
    {
      title: 'a kernel of one element',
      inputs: [spread([2, 3, 2, 2]), spread([2, 3, 1, 1])],
      build: (b, x, w) => b.conv(x, w),
    },
    {
      title: 'three spatial axes',
      inputs: [spread([1, 1, 3, 2, 3]), spread([2, 1, 2, 2, 2])],
      build: (b, x, w) => b.conv(x, w, null, { pads: [0, 1, 0, 0, 0, 0] }),
    },
  ],
  ConvTranspose: [
    {
      title: 'strides, pads and padding of the output',
      inputs: [spread([2, 2, 2, 3]), spread([2, 3, 3, 2], -0.5, 0.5), spread([3])],
      build: (b, x, w, bias) =>
        b.convTranspose(x, w, bias, { strides: [2, 2], pads: [1, 0, 1, 1], outputPadding: [1, 0] }),
    },
    {
      title: 'groups and dilations, one spatial axis',
      inputs: [spread([2, 4, 3]), spread([4, 1, 3])],
      build: (b, x, w) => b.convTranspose(x, w, null, { group: 2, dilations: [2] }),
    },
    {
      title: 'plain',
      inputs: [spread([1, 1, 2, 2]), spread([1, 2, 2, 2])],
      build: (b, x, w) => b.convTranspose(x, w),
    },
  ],
  MaxPool: [
    { title: 'two by two', inputs: [spread([2, 2, 4, 4])], build: (b, x) => b.maxPool(x, [2, 2], { strides: [2, 2] }) },
    {
      title: 'windows that overlap, with pads',
      inputs: [spread([1, 2, 5, 4], -3, -1)],
      build: (b, x) => b.maxPool(x, [3, 3], { strides: [2, 2], pads: [1, 1, 1, 1] }),
    },
    {
      title: 'a last window that hangs over, dilated',
      inputs: [spread([2, 1, 6])],
      build: (b, x) => b.maxPool(x, [2], { strides: [2], dilations: [2], ceil: true }),
    },
  ],
  AveragePool: [
    {
      title: 'two by two',
      inputs: [spread([2, 2, 4, 4])],
      build: (b, x) => b.averagePool(x, [2, 2], { strides: [2, 2] }),
    },
    {
      title: 'pads that do not count',
      inputs: [spread([1, 2, 5, 4])],
      build: (b, x) => b.averagePool(x, [3, 2], { strides: [2, 1], pads: [1, 1, 1, 0] }),
    },
    {
      title: 'pads that count, a last window that hangs over',
      inputs: [spread([2, 1, 6])],
      build: (b, x) => b.averagePool(x, [3], { strides: [2], pads: [1, 0], ceil: true, countPads: true }),
    },
  ],
  GlobalAveragePool: [
    { title: 'two spatial axes', inputs: [spread([2, 3, 2, 4])], build: (b, x) => b.globalAveragePool(x) },
    { title: 'one of size 1', inputs: [spread([2, 3, 1])], build: (b, x) => b.globalAveragePool(x) },
  ],
  BatchNormalization: [
    {
      title: 'images',
      inputs: [spread([2, 3, 2, 2]), spread([3], -1, 1), spread([3]), spread([3], -1, 1), positive([3])],
      build: (b, x, scale, bias, mean, variance) => b.batchNormalization(x, { scale, bias, mean, variance }),
    },
    {
      title: 'training, with the statistics of the batch',
      inputs: [spread([3, 2, 2, 2]), spread([2], -1, 1), spread([2])],
      build: (b, x, scale, bias) => {
        const running = { mean: b.constant(0, x.dtype, [2]), variance: b.constant(1, x.dtype, [2]) };
        return b.batchNormalizationTraining(x, { scale, bias, ...running }).y;
      },
    },
    {
      title: 'rows, a large epsilon',
      inputs: [spread([3, 2]), spread([2]), spread([2]), spread([2]), positive([2])],
      build: (b, x, scale, bias, mean, variance) =>
        b.batchNormalization(x, { scale, bias, mean, variance }, { epsilon: 0.1 }),
    },
    {
      title: 'one channel, three spatial axes',
      inputs: [spread([2, 1, 2, 1, 2]), spread([1]), spread([1]), spread([1]), positive([1])],
      build: (b, x, scale, bias, mean, variance) => b.batchNormalization(x, { scale, bias, mean, variance }),
    },
  ],
} satisfies Partial<Record<OperatorName, readonly OperatorCase[]>>;
