import { describe, expect, test } from 'vitest';
import { keyed } from '../../random/index.js';
import { smoothedTargets } from '../../training/cross-entropy.js';
import { oracle } from '../image/oracle.fixture.js';
import { drawMixing, mixImages, mixTargets } from './mixing.js';

const { mixing } = oracle;
const largest = (a: Float32Array, b: Float32Array) =>
  a.reduce((most, value, at) => Math.max(most, Math.abs(value - (b[at] ?? 0))), 0);
const draws = (options: Parameters<typeof drawMixing>[1], n = 3000) =>
  Array.from({ length: n }, (_, step) => drawMixing(keyed(9, step, 'mixing'), options, [32, 24]));

describe('mixing a batch', () => {
  test.each(mixing.cases)(
    "$name gives timm's images and targets for timm's share and box",
    ({ share, box = null, expected, targets }) => {
      const drawn = box === null ? { share, box } : { share: 1 - (box.height * box.width) / 48, box };
      const images = Float32Array.from(mixing.images);
      mixImages(images, [4, 3, 6, 8], drawn);
      expect(largest(images, expected)).toBeLessThanOrEqual(1e-6);
      const smoothed = smoothedTargets(mixing.labels, mixing.classes, mixing.smoothing);
      expect(largest(mixTargets(smoothed, mixing.classes, drawn), targets)).toBeLessThanOrEqual(1e-6);
    },
  );

  test('an image in the middle of an odd batch meets itself', () => {
    const images = Float32Array.of(1, 2, 3);
    mixImages(images, [3, 1, 1, 1], { share: 0.75, box: null });
    expect([...images]).toEqual([1.5, 2, 2.5]);
    expect([...mixTargets(Float32Array.of(1, 0, 0, 1, 1, 0), 2, { share: 0.75, box: null })]).toEqual([
      1, 0, 0, 1, 1, 0,
    ]);
  });

  test('keeps every row of targets a distribution', () => {
    for (const drawn of draws({ mixup: 0.8, cutmix: 1 }, 100)) {
      if (drawn === null) continue;
      const mixed = mixTargets(smoothedTargets([0, 2, 1, 3], 4, 0.1), 4, drawn);
      for (let row = 0; row < 4; row++) {
        expect(mixed.subarray(row * 4, row * 4 + 4).reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 6);
      }
    }
  });
});

describe('drawing how a batch is mixed', () => {
  test('takes mixup and CutMix by halves where both are wanted, and the one that is wanted where not', () => {
    const share = draws({ mixup: 0.8, cutmix: 1 }).filter((drawn) => drawn?.box !== null).length / 3000;
    expect(Math.abs(share - 0.5)).toBeLessThan(4 * Math.sqrt(0.25 / 3000));
    expect(draws({ mixup: 0.2, cutmix: 0 }, 50).every((drawn) => drawn !== null && drawn.box === null)).toBe(true);
    expect(draws({ mixup: 0, cutmix: 1 }, 50).every((drawn) => drawn !== null && drawn.box !== null)).toBe(true);
    expect(draws({ mixup: 0, cutmix: 0 }, 5)).toEqual(Array(5).fill(null));
    const left = draws({ mixup: 0.8, cutmix: 1, probability: 0.7 }).filter((drawn) => drawn === null).length / 3000;
    expect(Math.abs(left - 0.3)).toBeLessThan(4 * Math.sqrt(0.21 / 3000));
  });

  test("mixup's share has the moments of its Beta distribution", () => {
    const shares = draws({ mixup: 0.8, cutmix: 0 }).map((drawn) => drawn?.share ?? 0);
    const mean = shares.reduce((sum, value) => sum + value, 0) / shares.length;
    const variance = shares.reduce((sum, value) => sum + (value - mean) ** 2, 0) / shares.length;
    // Beta(a, a): variance 1 / (4·(2a + 1)).
    expect(Math.abs(mean - 0.5)).toBeLessThan(4 * Math.sqrt(1 / (4 * 2.6) / 3000));
    expect(Math.abs(variance - 1 / (4 * 2.6))).toBeLessThan(0.01);
  });

  test("CutMix's box lies in the image and its share is what the box leaves", () => {
    for (const drawn of draws({ mixup: 0, cutmix: 1 }, 500)) {
      const box = drawn?.box;
      if (box == null) throw new Error('No box was drawn.');
      expect(box.top >= 0 && box.left >= 0 && box.top + box.height <= 32 && box.left + box.width <= 24).toBe(true);
      expect(drawn?.share).toBeCloseTo(1 - (box.height * box.width) / (32 * 24), 12);
    }
  });
});
