import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pearson } from '../../statistics/correlation.js';
import { f1, macroF1 } from './f1.js';
import { matthews } from './matthews.js';

const pairs = fc.array(fc.tuple(fc.integer({ min: 0, max: 1 }), fc.integer({ min: 0, max: 1 })), {
  minLength: 2,
  maxLength: 40,
});

test('a worked example: 2 hits, 1 false alarm, 1 miss, 1 rejection', () => {
  const [answers, labels] = [
    [1, 1, 1, 0, 0],
    [1, 1, 0, 1, 0],
  ];
  expect(f1(answers, labels)).toBeCloseTo((2 * 2) / (2 * 2 + 1 + 1), 15);
  expect(f1(answers, labels, 0)).toBe(0.5);
  expect(macroF1(answers, labels)).toBeCloseTo((2 / 3 + 1 / 2) / 2, 15);
  expect(matthews(answers, labels)).toBeCloseTo((2 * 1 - 1 * 1) / Math.sqrt(3 * 3 * 2 * 2), 15);
});

test('F1 is the harmonic mean of precision and recall', () => {
  fc.assert(
    fc.property(pairs, (given) => {
      const [answers, labels] = [given.map(([a]) => a), given.map(([, b]) => b)];
      const hits = given.filter(([a, b]) => a === 1 && b === 1).length;
      const value = f1(answers, labels);
      if (hits === 0) {
        expect(value).toBe(0);
        return;
      }
      const precision = hits / answers.filter((answer) => answer === 1).length;
      const recall = hits / labels.filter((label) => label === 1).length;
      expect(value).toBeCloseTo(2 / (1 / precision + 1 / recall), 12);
      expect(f1(labels, answers)).toBeCloseTo(value, 12);
    }),
  );
});

test('of two classes Matthews is Pearson’s correlation, and it does not care what classes are called', () => {
  fc.assert(
    fc.property(pairs, (given) => {
      const [answers, labels] = [given.map(([a]) => a), given.map(([, b]) => b)];
      expect(matthews(answers, labels)).toBeCloseTo(pearson(answers, labels) ?? 0, 12);
      const renamed = (values: number[]) => values.map((value) => 7 - 3 * value);
      expect(matthews(renamed(answers), renamed(labels))).toBeCloseTo(matthews(answers, labels), 12);
    }),
  );
});

test('every answer right is 1 everywhere; a constant answer correlates with nothing; lists of two lengths are refused', () => {
  expect([f1([0, 1], [0, 1]), macroF1([0, 1, 2], [0, 1, 2]), matthews([0, 1, 2], [0, 1, 2])]).toEqual([1, 1, 1]);
  expect(matthews([1, 1, 1], [0, 1, 2])).toBe(0);
  for (const score of [f1, macroF1, matthews]) expect(() => score([1], [1, 0])).toThrow('1 answers to 2 examples');
});
