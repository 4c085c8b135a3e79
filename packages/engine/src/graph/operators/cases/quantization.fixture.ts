import { type OperatorName, type Tensor, tensorOf } from '../../index.js';
import { type OperatorCase, spread } from './kit.fixture.js';

/** Scales are powers of two here: then x / scale is the same number in f32 and in f64, and a half is a half in both. */
const scale = (values: readonly number[], one = false) => tensorOf('f32', one ? [] : [values.length], values);
const bytes = (dtype: 'u8' | 'i8' | 'i32', shape: readonly number[], values: readonly number[]) =>
  tensorOf(dtype, shape, values);

const halves = tensorOf('f32', [2, 4], [0.125, 0.375, -0.125, -0.375, 0.625, 40, -40, 0]);

const quantize = (title: string, x: Tensor, by: Tensor, zero: Tensor, axis = 1): OperatorCase => ({
  title,
  inputs: [x, by, zero],
  build: (b, x_, s, z) => b.quantizeLinear(x_, s, z, { axis }),
});

export const quantizationCases = {
  QuantizeLinear: [
    quantize('halves to even, and what is too large', halves, scale([0.25], true), bytes('u8', [], [128])),
    quantize('signed', halves, scale([0.25], true), bytes('i8', [], [-3])),
    quantize('each row its scale', spread([3, 5]), scale([0.5, 0.25, 0.125]), bytes('i8', [3], [0, 0, 0]), 0),
    quantize('the last axis', spread([2, 3]), scale([0.5, 0.25, 0.125]), bytes('u8', [3], [0, 7, 200]), -1),
    {
      title: 'without a zero point',
      inputs: [spread([4], 0, 3), scale([0.25], true)],
      build: (b, x, s) => b.quantizeLinear(x, s),
    },
    quantize('no elements', spread([0, 3]), scale([0.5], true), bytes('u8', [], [1])),
  ],
  DequantizeLinear: [
    {
      title: 'u8 with a zero point',
      inputs: [bytes('u8', [2, 2], [0, 1, 128, 255]), scale([0.3], true), bytes('u8', [], [128])],
      build: (b, x, s, z) => b.dequantizeLinear(x, s, z),
    },
    {
      title: 'i8, each column its scale',
      inputs: [bytes('i8', [2, 3], [-128, 0, 127, 5, -5, 1]), scale([0.1, 2, 0.7]), bytes('i8', [3], [0, 0, 0])],
      build: (b, x, s, z) => b.dequantizeLinear(x, s, z, { axis: 1 }),
    },
    {
      title: 'a bias of i32 without a zero point',
      inputs: [bytes('i32', [3], [-70000, 0, 12345]), scale([0.001, 0.5, 0.25])],
      build: (b, x, s) => b.dequantizeLinear(x, s, null, { axis: 0 }),
    },
  ],
  DynamicQuantizeLinear: [
    // 255 steps of 1/64, so that the scale is exact.
    {
      title: 'over its own range',
      inputs: [tensorOf('f32', [2, 3], [-1, 0, 2.984375, 0.25, 1.015625, -0.5])],
      build: (b, x) => Object.values(b.dynamicQuantizeLinear(x)),
    },
    {
      title: 'nothing below zero',
      inputs: [tensorOf('f32', [4], [0.5, 3.984375, 1, 2])],
      build: (b, x) => Object.values(b.dynamicQuantizeLinear(x)),
    },
  ],
  MatMulInteger: [
    {
      title: 'each side its zero point',
      inputs: [
        bytes('u8', [2, 3], [11, 7, 3, 10, 6, 255]),
        bytes('i8', [3, 2], [1, -4, 2, 127, -128, 6]),
        bytes('u8', [], [12]),
        bytes('i8', [], [0]),
      ],
      build: (b, x, y, p, q) => b.matMulInteger(x, y, p, q),
    },
    {
      title: 'without zero points, in batches',
      inputs: [bytes('u8', [2, 1, 2], [1, 2, 3, 4]), bytes('u8', [2, 3], [5, 6, 7, 8, 9, 10])],
      build: (b, x, y) => b.matMulInteger(x, y),
    },
    {
      title: 'each column its zero point',
      inputs: [
        bytes('u8', [1, 2], [9, 200]),
        bytes('i8', [2, 3], [1, 2, 3, -4, -5, -6]),
        bytes('u8', [], [128]),
        bytes('i8', [3], [1, 0, -1]),
      ],
      build: (b, x, y, p, q) => b.matMulInteger(x, y, p, q),
    },
  ],
} satisfies Partial<Record<OperatorName, readonly OperatorCase[]>>;
