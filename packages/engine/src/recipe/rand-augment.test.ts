import { describe, expect, test } from 'vitest';
import { parseRandAugment } from './rand-augment.js';

describe("timm's words for RandAugment", () => {
  test('say everything, in any order', () => {
    const policy = { magnitude: 9, operations: 3, deviation: 0.5, largest: 20, increasing: true, probability: 0.7 };
    expect(parseRandAugment('rand-m9-n3-mstd0.5-mmax20-inc1-p0.7')).toEqual(policy);
    expect(parseRandAugment('rand-p0.7-inc1-mmax20-mstd0.5-n3-m9')).toEqual(policy);
  });

  test("leave out what timm's own values are for", () => {
    expect(parseRandAugment('rand-m15')).toEqual({
      magnitude: 15,
      operations: 2,
      deviation: 0,
      largest: 10,
      increasing: false,
      probability: 0.5,
    });
    expect(parseRandAugment('rand-mstd101')).toMatchObject({ magnitude: 10, deviation: 'uniform' });
  });

  test.each([
    ['rand', "'rand' does not begin with 'rand-'"],
    ['randm9', "'randm9' does not begin with 'rand-'"],
    ['rand-x3', "'x3' is none of its sections, which are m, n, mstd, mmax, inc, p"],
    ['rand-m9-', "'' is none of its sections, which are m, n, mstd, mmax, inc, p"],
    ['rand-m31', "'m31' should be 'm' and a whole number from 0 to 30"],
    ['rand-m9.5', "'m9.5' should be 'm' and a whole number from 0 to 30"],
    ['rand-p2', "'p2' should be 'p' and a number from 0 to 1"],
    ['rand-m1-m2', "its section 'm' is given twice"],
  ])('%s is refused', (word, problem) => {
    expect(parseRandAugment(word)).toEqual({ problem });
  });
});
