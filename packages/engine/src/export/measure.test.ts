import { expect, test } from 'vitest';
import { wilsonInterval } from '../statistics/index.js';
import { compareAnswers } from './measure.js';

/** Logits that say the class, by a lead of one. */
function saying(classes: readonly number[]): Float32Array {
  return Float32Array.from(classes.flatMap((chosen) => [0, 1, 2].map((c) => (c === chosen ? 1 : 0))));
}

test('a file is held against its model on the same images: shares, intervals, agreement', () => {
  const labels = Uint8Array.of(0, 1, 2, 0);
  const examples = { labels, classes: 3, versions: 1, words: 'four images' };
  const { original, exported, difference, agreement, largestDifference, distinct } = compareAnswers(
    examples,
    saying([0, 1, 2, 1]),
    saying([0, 1, 1, 1]),
  );
  expect([original.top1, exported.top1, difference.top1, agreement]).toEqual([0.75, 0.5, -0.25, 0.75]);
  expect(largestDifference).toBe(1);
  expect(distinct).toBe(4);
  expect(original).toMatchObject(wilsonInterval(3, 4));
  expect(difference.low).toBeLessThan(-0.25);
  expect(difference.high).toBeGreaterThan(-0.25);
});

test('images that come in several versions count once in an interval', () => {
  const labels = Uint8Array.of(0, 1, 0, 1, 0, 1);
  const examples = { labels, classes: 3, versions: 3, words: 'two images, three corruptions' };
  const { n, distinct, original } = compareAnswers(examples, saying([0, 1, 0, 2, 2, 2]), saying([0, 1, 0, 2, 2, 2]));
  expect([n, distinct]).toEqual([6, 2]);
  expect(original.top1).toBe(0.5);
  expect(original).toMatchObject(wilsonInterval(1, 2));
});
