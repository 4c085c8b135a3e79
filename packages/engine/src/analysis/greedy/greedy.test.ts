import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { packBits } from '../../evaluation/bitmap.js';
import { keyed } from '../../random/index.js';
import { mcnemar } from '../../statistics/index.js';
import { detectableDifference } from './detectable-difference.js';
import { diagnoseGreedy, type GreedyEvidence } from './diagnosis.js';
import { greedySteps } from './greedy-steps.js';
import { highOutliers, median } from './outliers.js';

const trial = (round: number, index: number, score: number, best: number, accepted: boolean, members: number) => ({
  round,
  index,
  score,
  best,
  accepted,
  members,
});
/** Ingredient 1 is best; the soups with 0, 2 and 3 score as given. */
const refused = (...after: number[]) => [
  trial(0, 1, 0.9, 0.9, true, 1),
  ...after.map((score, place) => trial(place + 1, [0, 2, 3][place] ?? 0, score, 0.9, false, 1)),
];
const evidence: GreedyEvidence = {
  trace: refused(0.85, 0.8, 0.82),
  rule: '>=',
  names: ['a', 'b', 'c', 'd'],
  scores: [0.89, 0.9, 0.89, 0.89],
  n: 10_000,
};
const kinds = (given: Partial<GreedyEvidence>) =>
  diagnoseGreedy({ ...evidence, ...given }).findings.map(({ kind }) => kind);

describe('the trace as an object', () => {
  test('says of each step what was before and after, the verdict, the time and whether the score was known', () => {
    const steps = greedySteps([
      { ...trial(0, 1, 0.75, 0.75, true, 1), milliseconds: 0, cached: true },
      { ...trial(1, 2, 0.75, 0.75, true, 2), milliseconds: 12 },
      { ...trial(2, 0, 0.5, 0.75, false, 2), cached: true },
    ]);
    expect(steps).toEqual([
      {
        round: 0,
        candidate: 1,
        before: null,
        after: 0.75,
        verdict: 'started',
        tie: false,
        members: 1,
        milliseconds: 0,
        cacheHit: true,
      },
      {
        round: 1,
        candidate: 2,
        before: 0.75,
        after: 0.75,
        verdict: 'accepted',
        tie: true,
        members: 2,
        milliseconds: 12,
        cacheHit: false,
      },
      {
        round: 2,
        candidate: 0,
        before: 0.75,
        after: 0.5,
        verdict: 'rejected',
        tie: false,
        members: 2,
        milliseconds: null,
        cacheHit: true,
      },
    ]);
  });
});

describe('why did greedy keep one model?', () => {
  test('because there was no other', () => {
    const trace = [trial(0, 0, 0.9, 0.9, true, 1)];
    const found = diagnoseGreedy({ ...evidence, trace, names: ['b'], scores: [0.9] });
    expect(found.findings).toEqual([
      { kind: 'nothing-to-add', sentence: 'There was only one ingredient.', evidence: { ingredients: 1 } },
    ]);
  });

  test('because the strict rule turns ties down, which the paper’s would not', () => {
    const given = { trace: refused(0.9, 0.9, 0.7), rule: '>' as const };
    const { findings, summary } = diagnoseGreedy({ ...evidence, ...given });
    expect(summary).toBe(
      'Greedy kept b alone: of 3 other ingredients none made the soup score higher on 10,000 selection examples.',
    );
    expect(findings[0]).toMatchObject({ kind: 'ties', evidence: { rule: '>', tied: [0, 2] } });
    expect(findings[0]?.sentence).toMatch(/^2 candidates \(a, c\) scored exactly what the soup before did/);
  });

  test('because a barrier lies between the first and the others', () => {
    const { findings } = diagnoseGreedy({ ...evidence, barriers: [0.002, 0, 0.3, null] });
    expect(findings).toMatchObject([{ kind: 'barrier', evidence: { candidates: [2], heights: [0.3] } }]);
    expect(findings[0]?.sentence).toMatch(/on the way to c the error rises up to 30.00 points/);
  });

  test('because others, or the first itself, left the basin at a high learning rate', () => {
    const [others] = diagnoseGreedy({ ...evidence, learningRates: [1e-5, 2e-5, 1e-3, 1.5e-5] }).findings;
    expect(others).toMatchObject({ kind: 'learning-rate', evidence: { outliers: [2] } });
    expect(others?.sentence).toMatch(/^1 rejected candidate \(c at 0.001\) had a learning rate far above/);
    const [first] = diagnoseGreedy({ ...evidence, learningRates: [1e-5, 1e-3, 2e-5, 1.5e-5] }).findings;
    expect(first?.sentence).toMatch(/^b, with which the soup began, was trained at a learning rate of 0.001/);
    expect(kinds({ learningRates: [1e-5, 1.1e-5, 2e-5, 1.5e-5] })).toEqual(['unexplained']);
  });

  test('because the others are weaker by themselves', () => {
    expect(kinds({ scores: [0.6, 0.9, 0.5, 0.7] })).toEqual(['weaker-alone']);
  });

  test('because the selection split is too small to tell, by how often the models differ', () => {
    expect(kinds({ n: 200 })).toContain('selection-too-small');
    // Models that seldom differ are told apart by fewer examples.
    const right = (wrong: readonly number[]) =>
      packBits(Array.from({ length: 10_000 }, (_, example) => !wrong.includes(example)));
    const correct = [right([1, 2]), right([3]), right([4]), right([5])];
    const trace = refused(0.893, 0.893, 0.893);
    expect(kinds({ trace })).toEqual(['selection-too-small']);
    const counted = diagnoseGreedy({ ...evidence, trace, correct });
    expect(counted.findings).toMatchObject([{ kind: 'selection-too-small', evidence: { detectable: 'none' } }]);
    expect(counted.findings[0]?.sentence).toMatch(/differ on 0.0 % \(counted\)/);
  });

  test('because it is small, however many corrupted versions of each example were answered', () => {
    const correct = [0, 1, 2, 3].map((model) =>
      packBits(Array.from({ length: 10_000 }, (_, row) => row % 20 !== model)),
    );
    const scores = [0.9, 0.9, 0.9, 0.9];
    expect(kinds({ correct, scores })).toEqual(['unexplained']);
    expect(kinds({ correct, scores, n: 200, rows: 10_000 })).toEqual(['selection-too-small']);
  });

  test('and where nothing explains it, that is said', () => {
    expect(kinds({})).toEqual(['unexplained']);
  });

  test('of a soup of several it speaks of those turned down only', () => {
    const trace = [
      trial(0, 1, 0.9, 0.9, true, 1),
      trial(1, 0, 0.92, 0.9, true, 2),
      trial(2, 2, 0.5, 0.92, false, 2),
      trial(3, 3, 0.93, 0.92, true, 3),
    ];
    const found = diagnoseGreedy({ ...evidence, trace, barriers: [0.4, 0, 0.5, 0.4] });
    expect(found).toMatchObject({
      kept: 3,
      summary: 'Greedy kept 3 of 4 ingredients, scored on 10,000 selection examples.',
    });
    expect(found.findings).toMatchObject([{ kind: 'barrier', evidence: { candidates: [2] } }]);
  });

  test('evidence that does not fit, or a trace of another method, is refused', () => {
    expect(() => diagnoseGreedy({ ...evidence, learningRates: [1] })).toThrow(
      'There are 4 ingredients, and learning rates of 1.',
    );
    const pruned = [{ ...trial(0, 1, 0.9, 0.9, true, 3), removed: true as const, turn: 0 }];
    expect(() => diagnoseGreedy({ ...evidence, trace: pruned })).toThrow(/no trace of a greedy soup/);
  });
});

describe('the smallest detectable difference', () => {
  test('is found by McNemar’s test four times out of five, in a simulation', () => {
    const [n, d] = [400, 0.2];
    const delta = detectableDifference(n, d) ?? 0;
    let found = 0;
    for (let study = 0; study < 400; study++) {
      const random = keyed(study, 'study');
      const counts = { both: 0, onlyFirst: 0, onlySecond: 0, neither: 0 };
      for (let example = 0; example < n; example++) {
        const draw = random.uniform();
        if (draw < (d + delta) / 2) counts.onlyFirst++;
        else if (draw < d) counts.onlySecond++;
      }
      if (mcnemar(counts, { midP: true }) <= 0.05) found++;
    }
    // 320 expected; the standard deviation of 400 coins of 0.8 is 8.
    expect(found).toBeGreaterThan(295);
    expect(found).toBeLessThan(345);
  });

  test('falls with n, rises with discordance, and is none where models hardly differ', () => {
    fc.assert(
      fc.property(fc.integer({ min: 200, max: 100_000 }), fc.double({ min: 0.1, max: 0.9, noNaN: true }), (n, d) => {
        const delta = detectableDifference(n, d) ?? Number.NaN;
        expect(delta).toBeGreaterThan(0);
        expect(delta).toBeLessThanOrEqual(d);
        expect(detectableDifference(4 * n, d) ?? 1).toBeLessThan(delta);
        expect(detectableDifference(n, d * 1.1) ?? 0).toBeGreaterThan(delta);
      }),
    );
    expect(detectableDifference(10, 0.1)).toBeNull();
    expect(detectableDifference(1000, 0)).toBeNull();
    expect(() => detectableDifference(0, 0.1)).toThrow(/n = 0/);
  });
});

test('outliers lie above the median by three deviations and a factor of three; a low one is none', () => {
  expect(highOutliers([1, 1, 1, 1, 2.9])).toEqual([]);
  expect(highOutliers([1, 1, 1, 1, 3.1])).toEqual([4]);
  expect(highOutliers([1, 10, 100, 1000, 3000])).toEqual([]);
  expect(highOutliers([1, 1.1, 0.9, 0.001, 50])).toEqual([4]);
  expect([median([3, 1, 2]), median([4, 1, 2, 3]), median([])]).toEqual([2, 2.5, Number.NaN]);
});
