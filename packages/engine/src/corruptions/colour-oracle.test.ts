import { describe, expect, test } from 'vitest';
import type { RawImage } from '../data/raw-image.js';
import { keyed } from '../random/index.js';
import { cannyOfBytes } from './colour/canny-bytes.js';
import { verticalLines } from './colour/effects/vertical-lines.js';
import { motionBlurPlane } from './colour/motion.js';
import { shadeOfWater } from './colour/water.js';
import { corruptColourImage } from './colour-suites.js';
import { cleanPictures, type Described, exact, random, shareBeyondOneGrey } from './oracle.fixture.js';

const SEVERITIES = [1, 2, 3, 4, 5] as const;
/** One in a thousand values may be off by more than a grey. */
const BEYOND = 0.001;

describe('what is not random is what the published programs make of the same picture', () => {
  for (const suite of ['imagenet-c', 'cifar-c'] as const) {
    test.each(Object.entries(exact.suites[suite]))(`${suite}, %s: within one grey`, async (corruption, expected) => {
      for (const severity of SEVERITIES) {
        const image = await corruptColourImage(exact.suites.clean, { suite, corruption, severity, example: 0 });
        const published = expected[severity - 1];
        if (published === undefined) throw new Error('the oracle has no such severity');
        expect(shareBeyondOneGrey(image, published), `severity ${severity}`).toBeLessThanOrEqual(BEYOND);
      }
    });
  }

  test.each(exact.motions)('a motion blur of radius $radius along $angle°', ({ radius, sigma, angle, image }) => {
    const { clean } = exact.suites;
    const plane = clean.height * clean.width;
    for (let start = 0; start < clean.data.length; start += plane) {
      const channel = clean.data.subarray(start, start + plane);
      const blurred = motionBlurPlane(channel, clean.height, clean.width, { radius, sigma, angle });
      const differences = blurred.map((value, at) => Math.abs(value - (image.data[start + at] ?? 0)));
      expect(Math.max(...differences)).toBeLessThanOrEqual(1);
    }
  });

  test('water: the same rims as OpenCV finds, and the same light on the drops', () => {
    for (const { height, width, data } of exact.waters) {
      const plane = height * width;
      const liquid = data.subarray(0, plane);
      expect(cannyOfBytes(liquid, height, width, 50, 150)).toEqual(data.slice(2 * plane));
      const shade = shadeOfWater(liquid, height, width);
      const off = shade.filter((value, at) => Math.abs(255 * value - (data[plane + at] ?? 0)) > 4);
      expect(off.length / plane).toBeLessThanOrEqual(0.01);
    }
  });

  test.each(exact.verticalLines.drawn)('$lines vertical lines as Pillow draws them', async ({ lines, step, image }) => {
    const drawn = await verticalLines.apply(exact.verticalLines.clean, { lines, step }, keyed(0));
    expect(shareBeyondOneGrey(drawn, image)).toBe(0);
  });
});

describe('what is random has the statistics of the published programs', () => {
  const DRAWS = 8;
  for (const suite of ['imagenet-c', 'laion-c', 'imagenet-c-bar'] as const) {
    const { corruptions, draws } = random[suite];
    test.each(Object.entries(corruptions))(
      `${suite}, %s: change, its deviation and the histogram`,
      async (name, kinds) => {
        for (const kind of ['flat', 'picture'] as const) {
          const clean = cleanPictures[kind];
          for (const severity of SEVERITIES) {
            const rows: number[][] = [];
            for (let example = 0; example < DRAWS; example++) {
              rows.push(
                described(clean, await corruptColourImage(clean, { suite, corruption: name, severity, example })),
              );
            }
            const expected = kinds[kind][severity - 1];
            if (expected === undefined) throw new Error('the oracle has no such severity');
            expect(disagreements(rows, expected, draws), `${kind}, severity ${severity}`).toEqual([]);
          }
        }
      },
    );
  }
});

/** Mean and deviation of the change in greys, then the share of values in each sixteenth. */
function described(clean: RawImage, image: RawImage): number[] {
  const n = image.data.length;
  let sum = 0;
  let squares = 0;
  const histogram = new Array<number>(16).fill(0);
  for (const [at, value] of image.data.entries()) {
    const change = value - (clean.data[at] ?? 0);
    sum += change;
    squares += change * change;
    histogram[value >> 4] = (histogram[value >> 4] ?? 0) + 1 / n;
  }
  return [sum / n, Math.sqrt(Math.max(0, squares / n - (sum / n) ** 2)), ...histogram];
}

/**
 * Numbers whose means are further apart than five standard errors of their difference and a floor (half a grey; 1 % of the
 * values), as sentences.
 */
function disagreements(rows: readonly (readonly number[])[], { mean, spread }: Described, draws: number): string[] {
  return mean.flatMap((expected, index) => {
    const found = rows.reduce((sum, row) => sum + (row[index] ?? 0), 0) / rows.length;
    const variance = rows.reduce((sum, row) => sum + ((row[index] ?? 0) - found) ** 2, 0) / (rows.length - 1);
    const error = Math.sqrt(variance / rows.length + (spread[index] ?? 0) ** 2 / draws);
    const bound = 5 * error + (index < 2 ? 0.5 : 0.01);
    if (Math.abs(found - expected) <= bound) return [];
    const what = ['mean change', 'deviation of the change'][index] ?? `share of values in bin ${index - 2}`;
    return [`${what}: ${found.toFixed(4)} for ${expected} ± ${bound.toFixed(4)}`];
  });
}
