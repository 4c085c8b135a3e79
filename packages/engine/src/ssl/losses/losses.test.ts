import { describe, expect, test } from 'vitest';
import { gradients } from '../../autodiff/gradients.js';
import { GraphBuilder } from '../../graph/builder.js';
import type { DType } from '../../graph/dtype.js';
import type { Value } from '../../graph/graph.js';
import { tensorOf } from '../../graph/tensor.js';
import { keyed } from '../../random/index.js';
import { compile } from '../../runtime/executable.js';
import { blockCrossEntropy, memoryLogits } from './block-cross-entropy.js';
import { eppsPulley, exactEppsPulley } from './epps-pulley.js';
import { infoNce, symmetricInfoNce } from './info-nce.js';
import { evaluateLoss, finiteDifferenceError, type LossOf, lossAt, type Matrix, wave } from './kit.fixture.js';
import { mmcr, sumOfLocalNorms } from './mmcr.js';
import { normaliseRows } from './normalise-rows.js';
import { nuclearNorm } from './nuclear-norm.js';
import { seasoningEntropy } from './seasoning-entropy.js';
import { drawSlices, sigreg } from './sigreg.js';
import { svd } from './svd.fixture.js';
import { viewPrediction } from './view-prediction.js';

function operand(values: readonly Value[], index: number): Value {
  const value = values[index];
  if (value === undefined) throw new Error(`The loss was given no operand ${index}.`);
  return value;
}

function random(rows: number, columns: number, seed = 1): Matrix {
  const stream = keyed(seed, rows, columns, 'loss tests');
  return { shape: [rows, columns], data: Float64Array.from({ length: rows * columns }, () => stream.normal()) };
}

const unit =
  (loss: LossOf): LossOf =>
  (b, values) =>
    loss(
      b,
      values.map((value) => normaliseRows(b, value)),
    );

const contrastive: LossOf = (b, v) => infoNce(b, operand(v, 0), operand(v, 1), 0.2);
const symmetric: LossOf = (b, v) =>
  symmetricInfoNce(b, [operand(v, 0), operand(v, 1)], [operand(v, 2), operand(v, 3)], 1);
const nuclear: LossOf = (b, v) => nuclearNorm(b, operand(v, 0));
const official: LossOf = unit((b, v) => mmcr(b, v, { local: 0, divideGlobal: false }));
const both: LossOf = unit((b, v) => mmcr(b, v, { local: 1, divideGlobal: true }));
const sketched: LossOf = (b, v) => sigreg(b, operand(v, 0), slicesOf(b, operand(v, 0).dtype), 'half');
const slicesOf = (b: GraphBuilder, dtype: DType) =>
  b.constant(
    [...Array(12).keys()].map((i) => Math.sin(i + 1) / 2),
    dtype,
    [3, 4],
  );
const predicted: LossOf = (b, v) => viewPrediction(b, v.slice(0, 2), v.slice(2), 'global');
const minimal: LossOf = (b, v) => viewPrediction(b, v.slice(0, 2), v.slice(2), 'all');
const order = Int32Array.of(3, 0, 5, 1, 4, 2);
const blocks: LossOf = (b, v) => {
  const { dtype } = operand(v, 0);
  const fixed = (rows: number, pitch: number) =>
    normaliseRows(
      b,
      b.constant(
        [...Array(rows * 3).keys()].map((i) => Math.cos(pitch * i)),
        dtype,
        [rows, 3],
      ),
    );
  const logits = (embeddings: Value) => memoryLogits(b, embeddings, fixed(6, 1.3), b.constant(order, 'i32', [6]), 2);
  const student = logits(normaliseRows(b, operand(v, 0)));
  return blockCrossEntropy(b, student, logits(fixed(4, 0.7)), 0.1, b.constant(0.07, dtype));
};
const entropy: LossOf = (b, v) => seasoningEntropy(b, operand(v, 0), { k: 3, temperature: 0.07 });

const q = wave(5, 4, 0.7, 1.3, 0.1);
const k = wave(5, 4, 0.9, 0.4, 0.3);
const r = wave(5, 4, 0.3, 2.1, 0.6);
const s = wave(5, 4, 1.9, 0.2, 0.9);

/** Every loss with operands; `full` is where it has a derivative. */
const losses: readonly (readonly [string, LossOf, readonly Matrix[]])[] = [
  ['MoCo v3, one direction', contrastive, [q, k]],
  ['MoCo v3, both directions', symmetric, [q, k, r, s]],
  ['nuclear norm, more rows than columns', nuclear, [random(7, 3)]],
  ['nuclear norm, more columns than rows', nuclear, [random(3, 7)]],
  ['nuclear norm, square', nuclear, [random(4, 4)]],
  ['MMCR as published', official, [q, k]],
  ['MMCR, global and local, two views', both, [random(5, 4, 2), random(5, 4, 3)]],
  ['MMCR, global and local, three views', both, [random(5, 4, 2), random(5, 4, 3), random(5, 4, 4)]],
  ['SIGReg', sketched, [random(6, 3)]],
  ['view prediction, centre over global views', predicted, [q, k, r, s]],
  ['view prediction, centre over all views', minimal, [q, k, r, s]],
  ['MaSSL block cross-entropy', blocks, [random(4, 3)]],
  ['self-seasoning entropy', entropy, [random(8, 5)]],
];

test.each(losses)('%s: the gradient is that of finite differences', (_, loss, operands) => {
  expect(finiteDifferenceError(loss, operands)).toBeLessThan(1e-7);
});

test.each(losses)('%s: the cpu device gives the same in f32', async (_, loss, operands) => {
  const b = new GraphBuilder();
  const values = operands.map(({ shape }, i) => b.input(`x${i}`, 'f32', shape));
  const value = loss(b, values);
  b.output('loss', value);
  for (const [i, gradient] of gradients(b, value, values).entries()) b.output(`gradient.${i}`, gradient);
  const executable = await compile(b.build(), { device: 'cpu', threads: 1 });
  const outputs = await executable.run(
    Object.fromEntries(operands.map(({ shape, data }, i) => [`x${i}`, tensorOf('f32', shape, data)])),
  );
  await executable.dispose();
  const expected = evaluateLoss(loss, operands);
  expect(Math.abs(Number(outputs.loss?.data[0]) - expected.value)).toBeLessThan(1e-5 * Math.max(1, expected.value));
  for (const [i, gradient] of expected.gradients.entries()) {
    const size = Math.max(...gradient.map(Math.abs));
    const found = outputs[`gradient.${i}`]?.data ?? [];
    const worst = Math.max(...gradient.map((g, at) => Math.abs(g - Number(found[at]))));
    expect(worst / size).toBeLessThan(1e-4);
  }
});

describe('the nuclear norm against a singular value decomposition', () => {
  test.each([
    ['more rows than columns', random(9, 4)],
    ['more columns than rows', random(4, 9)],
    ['square', random(6, 6)],
    ['one row', random(1, 5)],
    ['badly conditioned', product(random(6, 4), diagonal([1, 1e-2, 1e-4, 1e-6]), random(4, 4, 2))],
  ])('%s: value and gradient U·Vᵀ', (_, matrix) => {
    const { value, gradients: found } = evaluateLoss(nuclear, [matrix]);
    const { singular, polar } = svd(matrix);
    expect(Math.abs(value - singular.reduce((sum, sigma) => sum + sigma, 0))).toBeLessThan(1e-9);
    expect(difference(found[0], polar)).toBeLessThan(1e-9);
  });

  test('of rank 2: the directions without a singular value get no gradient', () => {
    const matrix = product(random(6, 2), random(2, 5));
    const { value, gradients: found } = evaluateLoss(nuclear, [matrix]);
    const { singular, polar } = svd(matrix);
    expect(singular.filter((sigma) => sigma > 1e-10)).toHaveLength(2);
    expect(Math.abs(value - singular.reduce((sum, sigma) => sum + sigma, 0))).toBeLessThan(1e-9);
    expect(difference(found[0], polar)).toBeLessThan(1e-5);
  });

  test.each([
    ['64 embeddings of width 16', random(64, 16), 1e-5, 1e-4],
    ['of rank 2, whose noise must not grow to a direction', product(random(12, 2), random(2, 9)), 1e-5, 2e-2],
    ['of equal rows, as after a collapse', product(ones(24), random(1, 8)), 1e-5, 2e-2],
  ] as const)('in f32 on the cpu device, %s', async (_, matrix, valueBound, gradientBound) => {
    const b = new GraphBuilder();
    const c = b.input('c', 'f32', matrix.shape);
    const value = nuclearNorm(b, c);
    b.output('value', value);
    for (const gradient of gradients(b, value, [c])) b.output('gradient', gradient);
    const executable = await compile(b.build(), { device: 'cpu', threads: 1 });
    const outputs = await executable.run({ c: tensorOf('f32', matrix.shape, matrix.data) });
    await executable.dispose();
    const { singular, polar } = svd(matrix);
    const norm = singular.reduce((sum, sigma) => sum + sigma, 0);
    expect(Math.abs(Number(outputs.value?.data[0]) - norm) / norm).toBeLessThan(valueBound);
    expect(difference(Float64Array.from(outputs.gradient?.data ?? [], Number), polar)).toBeLessThan(gradientBound);
  });

  test('of zeros is 0 with gradient 0', () => {
    const { value, gradients: found } = evaluateLoss(nuclear, [{ shape: [3, 4], data: new Float64Array(12) }]);
    expect(value).toBe(0);
    expect(found[0]?.every((gradient) => gradient === 0)).toBe(true);
  });

  test('lies between the Frobenius norm and √rank times it', () => {
    const matrix = random(8, 5);
    const frobenius = Math.hypot(...matrix.data);
    const value = lossAt(nuclear, [matrix]);
    expect(value).toBeGreaterThan(frobenius);
    expect(value).toBeLessThan(Math.sqrt(5) * frobenius);
  });
});

describe('MMCR', () => {
  const local: LossOf = unit((b, v) => sumOfLocalNorms(b, v));

  test('the closed form of two views is the sum of singular values', () => {
    const [left, right] = [random(6, 4, 5), random(6, 4, 6)];
    let expected = 0;
    for (let row = 0; row < 6; row++) {
      const rows = [left, right].map(({ data }) => [...data.subarray(row * 4, row * 4 + 4)]);
      const unitVectors = rows.flatMap((vector) => vector.map((value) => value / Math.hypot(...vector)));
      expected += svd({ shape: [2, 4], data: Float64Array.from(unitVectors) }).singular.reduce((a, c) => a + c, 0);
    }
    expect(Math.abs(lossAt(local, [left, right]) - expected)).toBeLessThan(1e-12);
  });

  test('equal views have the norm √2 each and a finite gradient', () => {
    const view = random(4, 3);
    const { value, gradients: found } = evaluateLoss(local, [view, view]);
    expect(value).toBeCloseTo(4 * Math.SQRT2, 6);
    expect(found.flatMap((gradient) => [...gradient]).every((g) => Number.isFinite(g) && Math.abs(g) < 10)).toBe(true);
  });

  test('does not depend on the order of the images', () => {
    const shuffled = [q, k].map((view) => shuffleRows(view, [3, 1, 4, 0, 2]));
    expect(lossAt(both, shuffled)).toBeCloseTo(lossAt(both, [q, k]), 9);
  });
});

describe('MoCo v3', () => {
  test('costs 2T·log B when everything is one point', () => {
    const point: Matrix = {
      shape: [8, 3],
      data: Float64Array.from({ length: 24 }, (_, i) => [0.6, -0.8, 0.1][i % 3] ?? 0),
    };
    for (const T of [0.1, 0.2, 1]) {
      const value = lossAt((b, v) => infoNce(b, operand(v, 0), operand(v, 1), T), [point, point]);
      expect(value).toBeCloseTo(2 * T * Math.log(8), 12);
    }
  });

  test('does not depend on the order of the pairs, but on who is paired', () => {
    const order = [3, 1, 4, 0, 2];
    const value = lossAt(contrastive, [q, k]);
    expect(lossAt(contrastive, [shuffleRows(q, order), shuffleRows(k, order)])).toBeCloseTo(value, 12);
    expect(Math.abs(lossAt(contrastive, [q, shuffleRows(k, order)]) - value)).toBeGreaterThan(1e-3);
  });

  test('the factor 2T makes the gradient at collapse independent of the temperature', () => {
    const point: Matrix = {
      shape: [6, 3],
      data: Float64Array.from({ length: 18 }, (_, i) => [0.6, -0.8, 0.1][i % 3] ?? 0),
    };
    const size = (T: number) => {
      // Keys that differ by a hair: the gradient is then (2T / T)·(mean of keys − own key) to first order.
      const keys: Matrix = { ...point, data: point.data.map((value, i) => value + 1e-6 * Math.sin(5 * i)) };
      const [gradient] = evaluateLoss((b, v) => infoNce(b, operand(v, 0), operand(v, 1), T), [point, keys]).gradients;
      return Math.hypot(...(gradient ?? []));
    };
    expect(size(0.1) / size(1)).toBeCloseTo(1, 3);
  });
});

describe('SIGReg', () => {
  test('total collapse at 0 costs about 0.408923·N a slice', () => {
    expect(exactEppsPulley(new Float64Array(50)) / 50).toBeCloseTo(0.408923, 5);
    const zeros: Matrix = { shape: [50, 1], data: new Float64Array(50) };
    const half = lossAt((b, v) => b.reduceSum(eppsPulley(b, operand(v, 0), 'full'), { keepdims: false }), [zeros]);
    expect(half / 50).toBeCloseTo(0.408923, 4);
  });

  test('normal data costs √(2π)·(1 − 1/√3) on average, whatever the batch', () => {
    for (const count of [4, 32]) {
      let sum = 0;
      for (let draw = 0; draw < 400; draw++) sum += exactEppsPulley(random(count, 1, draw).data);
      expect(sum / 400 / (Math.sqrt(2 * Math.PI) * (1 - 1 / Math.sqrt(3)))).toBeCloseTo(1, 0);
    }
  });

  test('slices are unit columns, the same for the same words and others for others', () => {
    const slices = drawSlices(keyed(3, 'slices', 7), 5, 4);
    for (let column = 0; column < 4; column++) {
      const length = Math.hypot(...[0, 1, 2, 3, 4].map((row) => Number(slices.data[row * 4 + column])));
      expect(length).toBeCloseTo(1, 6);
    }
    expect(drawSlices(keyed(3, 'slices', 7), 5, 4)).toEqual(slices);
    expect(drawSlices(keyed(3, 'slices', 8), 5, 4)).not.toEqual(slices);
  });
});

describe('the block cross-entropy of MaSSL', () => {
  test('costs log(block) when the memory holds one point', () => {
    const value = lossAt(
      (b, v) => {
        const memory = b.constant(Array(8 * 3).fill(0.5), 'f64', [8, 3]);
        const logits = memoryLogits(b, operand(v, 0), memory, b.constant(Int32Array.of(7, 6, 5, 4, 3, 2, 1, 0)), 2);
        return blockCrossEntropy(b, logits, logits, 0.1, b.constant(0.04, 'f64'));
      },
      [random(4, 3)],
    );
    expect(value).toBeCloseTo(Math.log(4), 12);
  });
});

describe('the entropy of self-seasoning', () => {
  test('is log k where all neighbours are equally near, and never outside 0 … log k', () => {
    const point: Matrix = { shape: [6, 2], data: Float64Array.from({ length: 12 }, (_, i) => [0.6, 0.8][i % 2] ?? 0) };
    expect(lossAt(entropy, [point])).toBeCloseTo(Math.log(3), 12);
    const value = lossAt(entropy, [random(9, 4)]);
    expect(value).toBeGreaterThan(0);
    expect(value).toBeLessThan(Math.log(3));
  });

  test('refuses more neighbours than a batch has', () => {
    expect(() => lossAt(entropy, [random(3, 4)])).toThrow('a batch of 3 has 2 others');
  });
});

function shuffleRows({ shape, data }: Matrix, order: readonly number[]): Matrix {
  const width = shape[1] ?? 1;
  return { shape, data: Float64Array.from(order.flatMap((row) => [...data.subarray(row * width, (row + 1) * width)])) };
}

function difference(left: Float64Array | undefined, right: Float64Array): number {
  return Math.max(...right.map((value, i) => Math.abs(value - (left?.[i] ?? Number.NaN))));
}

function ones(rows: number): Matrix {
  return { shape: [rows, 1], data: new Float64Array(rows).fill(1) };
}

function diagonal(values: readonly number[]): Matrix {
  const n = values.length;
  const data = Float64Array.from({ length: n * n }, (_, at) =>
    Math.floor(at / n) === at % n ? (values[at % n] ?? 0) : 0,
  );
  return { shape: [n, n], data };
}

function product(...matrices: readonly Matrix[]): Matrix {
  return matrices.reduce((left, right) => {
    const [rows = 0, inner = 0] = left.shape;
    const columns = right.shape[1] ?? 0;
    const data = new Float64Array(rows * columns);
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) {
        for (let l = 0; l < inner; l++) {
          data[i * columns + j] =
            (data[i * columns + j] ?? 0) + (left.data[i * inner + l] ?? 0) * (right.data[l * columns + j] ?? 0);
        }
      }
    }
    return { shape: [rows, columns], data };
  });
}
