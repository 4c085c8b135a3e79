import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { packBits } from '../../evaluation/bitmap.js';
import { type Predictions, predictions } from '../../evaluation/predictions.js';
import { keyed } from '../../random/index.js';
import { soupKey } from '../../soups/choosing/members.js';
import { remember } from '../mixtures/remember.js';
import type { Score } from '../mixtures/score.js';
import type { Shares } from '../mixtures/shares.js';
import {
  analyseBarrier,
  analyseBarriers,
  analyseCompare,
  analyseContribution,
  analyseDiversity,
  analyseMarginal,
  analyseTernary,
  analyseWhatIf,
  analyseWhy,
  type Examined,
  type MeasuredPool,
  mostSampled,
} from './index.js';

const examined: Examined = { source: 'a world', role: 'selection', n: 1000, rows: 1000, classes: 4, hash: 'h' };

/** Models at places of a plane with a closed form for loss and error: no network, no file. */
function world(places: readonly (readonly [number, number])[], scoreAt: (x: number, y: number) => Score): MeasuredPool {
  const scores = remember(async (shares: Shares) => {
    const whole = shares.reduce((sum, share) => sum + share, 0);
    const at = (axis: 0 | 1) =>
      places.reduce((sum, place, index) => sum + ((shares[index] ?? 0) * place[axis]) / whole, 0);
    return scoreAt(at(0), at(1));
  });
  return {
    models: places.map((_, index) => `m${index}`),
    examined,
    score: scores.of,
    evaluations: () => ({ measured: scores.measured, known: scores.hits }),
  };
}
/** Two basins, at x = −1 and x = 1, with a wall of height 1 at x = 0. */
const doubleWell = (x: number): Score => ({ loss: (x * x - 1) ** 2, error: 0.5 * (x * x - 1) ** 2 });
/** One basin around (½, ¼). */
const bowl = (x: number, y: number): Score => {
  const loss = (x - 0.5) ** 2 + (y - 0.25) ** 2;
  return { loss, error: Math.round(1000 * Math.min(1, loss / 2)) / 1000 };
};

describe('barriers', () => {
  test('of a double well: as high as the wall, in the middle; of a model with itself exactly 0', async () => {
    const walls = await analyseBarrier(
      world(
        [
          [-1, 0],
          [1, 0],
        ],
        doubleWell,
      ),
    );
    expect(walls.loss).toMatchObject({ height: 1, at: 0.5, connected: false });
    expect(walls.error).toMatchObject({ height: 0.5, at: 0.5, connected: false });
    expect(walls.points.map(({ lambda }) => lambda)).toEqual(Array.from({ length: 11 }, (_, place) => place / 10));
    const same = await analyseBarrier(
      world(
        [
          [0.3, 0],
          [0.3, 0],
        ],
        doubleWell,
      ),
      { points: 21 },
    );
    expect([same.loss.height, same.error.height, same.loss.interior]).toEqual([0, 0, 0]);
    expect(same.loss.connected).toBe(true);
  });

  test('of four models in two wells: the pairs across the wall are found, whatever the order of the models', async () => {
    const places = [
      [-1, 0],
      [1, 0],
      [-0.98, 0],
      [0.97, 0],
    ] as const;
    const first = await analyseBarriers(world(places, doubleWell));
    expect(first.basins).toEqual([0, 1, 0, 1]);
    expect(first.order).toEqual([0, 2, 1, 3]);
    expect(first.loss[0]?.[1]).toBe(1);
    expect(first.pairs).toHaveLength(6);
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }), async (order) => {
        const moved = await analyseBarriers(
          world(
            order.map((index) => places[index] ?? [0, 0]),
            doubleWell,
          ),
        );
        for (const [row, from] of order.entries()) {
          for (const [column, to] of order.entries()) {
            expect(moved.loss[row]?.[column]).toBeCloseTo(first.loss[from]?.[to] ?? Number.NaN, 12);
            expect(moved.basins[row] === moved.basins[column]).toBe(first.basins[from] === first.basins[to]);
          }
        }
      }),
      { numRuns: 24 },
    );
    const lenient = await analyseBarriers(world(places, doubleWell), { tolerance: 0.6 });
    expect(lenient.basins).toEqual([0, 0, 0, 0]);
  });

  test('a bowl between three models: the lowest lattice point, and an excess that is its closed form', async () => {
    // The bottom is at ½·(1, 0) + ¼·(0, 1) + ¼·(0, 0).
    const document = await analyseTernary(
      world(
        [
          [0, 0],
          [1, 0],
          [0, 1],
        ],
        bowl,
      ),
      { divisions: 4 },
    );
    expect(document.points).toHaveLength(3 + 3);
    expect(document.points[document.lowestLoss]).toMatchObject({ at: [0.25, 0.5, 0.25], loss: 0, error: 0 });
    for (const { at, lossExcess } of document.points) {
      // ‖p‖² − Σ sᵢ‖pᵢ‖² of a parabola, whatever its middle.
      const [, b, c] = at;
      expect(lossExcess).toBeCloseTo(b * b + c * c - b - c, 12);
    }
  });
});

describe('contributions', () => {
  const places = Array.from({ length: 7 }, (_, index): [number, number] => {
    const random = keyed(index, 'place');
    return [random.normal(), random.normal()];
  });

  test('add up to what all are worth beyond nobody, and follow the models when they change places', async () => {
    const few = places.slice(0, 4);
    const found = await analyseContribution(world(few, bowl), { metric: 'loss' });
    expect(found.shapley.method).toBe('exact');
    expect(found.baseline).toEqual({ name: 'guessing', worth: -Math.log(4) });
    const sum = found.shapley.values.reduce((total, { value }) => total + value, 0);
    expect(sum).toBeCloseTo(found.all - found.baseline.worth, 12);
    const turned = await analyseContribution(world([...few].reverse(), bowl), { metric: 'loss' });
    for (const [index, { value }] of turned.shapley.values.entries()) {
      expect(value).toBeCloseTo(found.shapley.values[3 - index]?.value ?? Number.NaN, 12);
      expect(turned.leaveOneOut[index]).toBeCloseTo(found.leaveOneOut[3 - index] ?? Number.NaN, 12);
    }
  });

  test('by sampling cost no more than said, lie within five standard errors of the exact ones and add up as they do', async () => {
    const exact = await analyseContribution(world(places, bowl), { metric: 'loss', exact: true });
    expect(exact.evaluations.measured).toBe(2 ** 7 - 1);
    const { shapley, all, baseline, evaluations } = await analyseContribution(world(places, bowl), {
      metric: 'loss',
      exact: false,
      pairs: 5,
    });
    expect(evaluations.measured).toBeLessThanOrEqual(mostSampled(7, 5));
    expect(mostSampled(7, 5)).toBe(7 + 7 + 1 + 5 * 2 * 4);
    expect(shapley.values.reduce((sum, { value }) => sum + value, 0)).toBeCloseTo(all - baseline.worth, 12);
    for (const [index, { value, standardError }] of shapley.values.entries()) {
      expect(Math.abs(value - (exact.shapley.values[index]?.value ?? Number.NaN))).toBeLessThan(5 * standardError);
    }
  });

  test('are sampled where enumerating costs more; accuracy is counted in whole examples', async () => {
    const many = Array.from({ length: 13 }, (_, index): [number, number] => [index / 13, 0]);
    const found = await analyseContribution(world(many, bowl), { pairs: 3 });
    expect(found.shapley).toMatchObject({ method: 'sampled', pairs: 3, seed: 0, level: 0.95 });
    for (const alone of found.alone) expect(Number.isInteger(alone * 1000)).toBe(true);
  });

  test('of the n-th ingredient: gains add up to the soup of all, costs to the costs', async () => {
    const { curve, cost } = await analyseMarginal(world(places, bowl), {
      metric: 'loss',
      orders: 5,
      baseline: { name: 'as given', worth: -3 },
      cost: { unit: 'minutes', each: [1, 2, 3, 4, 5, 6, 7] },
    });
    const all = await analyseContribution(world(places, bowl), { metric: 'loss' });
    expect(curve.reduce((sum, { gain }) => sum + gain, -3)).toBeCloseTo(all.all, 10);
    expect(curve.at(-1)?.cost).toBe(28);
    expect(cost.unit).toBe('minutes');
  });
});

/** Logits of random classifiers that are right as often as told. */
function answers(seed: number, n: number, sure: number): Predictions {
  const random = keyed(seed, 'answers');
  const labels = Uint8Array.from({ length: n }, (_, row) => row % 4);
  const logits = Float64Array.from(
    { length: n * 4 },
    (_, at) => random.normal() + (at % 4 === labels[Math.floor(at / 4)] ? sure : 0),
  );
  return { ...predictions(new Float32Array(n * 4), labels, 4), logits };
}

describe('diversity', () => {
  test('of a model and itself: no disagreement, φ = κ = CKA = 1, nothing to gain; two others by counting', async () => {
    const [one, two] = [answers(1, 400, 1), answers(2, 400, 1.5)];
    const features = [1, 1, 2].map((seed) => {
      const random = keyed(seed, 'features');
      return { rows: Float64Array.from({ length: 400 * 3 }, () => random.normal()), width: 3 };
    });
    const on = { ...examined, n: 400, rows: 400 };
    const { pairs, accuracy, mean } = analyseDiversity({
      models: ['a', 'a2', 'b'],
      examined: on,
      answers: [one, one, two],
      features,
    });
    expect(pairs[0]).toMatchObject({
      disagreement: 0,
      errorCorrelation: expect.closeTo(1, 12),
      kappa: 1,
      churn: 0,
      cohenKappa: 1,
      angle: null,
    });
    expect(pairs[0]?.cka).toBeCloseTo(1, 12);
    expect(pairs[0]?.gain).toEqual({ logLikelihood: expect.closeTo(0, 12), spread: null });
    const largest = ({ logits }: Predictions, row: number) => {
      const own = [0, 1, 2, 3].map((c) => logits[4 * row + c] ?? 0);
      return own.indexOf(Math.max(...own));
    };
    const right = [one, two].map((model) => Array.from({ length: 400 }, (_, row) => largest(model, row) === row % 4));
    const differ = right[0]?.filter((correct, row) => correct !== right[1]?.[row]).length ?? 0;
    expect(pairs[1]?.disagreement).toBe(differ / 400);
    expect(accuracy).toEqual([right[0], right[0], right[1]].map((list) => (list?.filter(Boolean).length ?? 0) / 400));
    expect(mean.disagreement).toBeCloseTo((2 * differ) / 400 / 3, 12);
    // Independent features: around 0, where the biased estimate would lie above.
    expect(Math.abs(pairs[1]?.cka ?? 1)).toBeLessThan(0.05);
  });
});

describe('a comparison', () => {
  const bits = (from: number, to: number, n: number) =>
    packBits(Array.from({ length: n }, (_, i) => i >= from && i < to));

  test('turns its sign with its models, holds the truth of the counts, and knows what it cannot tell', () => {
    const on = { ...examined, n: 300, rows: 300 };
    const [first, second] = [
      { name: 'a', correct: bits(0, 240, 300), losses: Float64Array.from({ length: 300 }, (_, i) => (i % 7) / 7) },
      { name: 'b', correct: bits(10, 246, 300), losses: Float64Array.from({ length: 300 }, (_, i) => (i % 5) / 5) },
    ];
    const [there, back] = [analyseCompare([first, second], on), analyseCompare([second, first], on)];
    expect(there.counts).toEqual({ both: 230, onlyFirst: 10, onlySecond: 6, neither: 54 });
    expect(there.difference).toMatchObject({ value: expect.closeTo(4 / 300, 14), test: 'mcnemar' });
    // 2 · P(X ≤ 6) of 16 coins.
    expect(there.difference.p).toBeCloseTo((2 * 14893) / 65536, 12);
    expect(back.difference.p).toBe(there.difference.p);
    expect(back.difference.interval.low).toBeCloseTo(-there.difference.interval.high, 12);
    const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / 300;
    expect(there.loss?.value).toBeCloseTo(mean(first.losses) - mean(second.losses), 12);
    expect(analyseCompare([first, first], on)).toMatchObject({
      difference: { value: 0, p: 1 },
      loss: { value: 0, p: 1 },
    });
    expect(() => analyseCompare([first, { ...second, losses: [1] }], on)).toThrow(/300 and 1 losses/);
  });

  test('of corrupted images takes images for independent, not their versions', () => {
    const on = { ...examined, n: 3, rows: 6 };
    const found = analyseCompare(
      [
        { name: 'a', correct: packBits([1, 1, 0, 1, 0, 1]) },
        { name: 'b', correct: packBits([0, 1, 0, 0, 0, 0]) },
      ],
      on,
    );
    // Differences by image: 1, 0, ½; t = √3 with two degrees of freedom.
    expect(found.difference).toMatchObject({
      value: 0.5,
      test: 'paired-t',
      p: expect.closeTo(1 - Math.sqrt(3 / 5), 12),
    });
    expect(found.loss).toBeNull();
  });
});

describe('what if', () => {
  const scores = [0.5, 0.7, 0.6, 0.7];
  /** Worths of all soups of four, drawn. */
  const worth = (members: readonly number[]) =>
    members.length === 1
      ? (scores[members[0] ?? 0] ?? 0)
      : Math.round(1000 * keyed(3, soupKey(members)).uniform()) / 1000;
  const inputs = (known: readonly (readonly number[])[] | 'all') => {
    const keys = known === 'all' ? null : new Set(known.map((members) => soupKey(members)));
    let measured = 0;
    return {
      models: ['a', 'b', 'c', 'd'],
      examined,
      metric: 'accuracy' as const,
      scores,
      recorded: { name: 'greedy', members: [1] },
      find: async (members: readonly number[]) => {
        if (keys !== null && !keys.has(soupKey(members))) return null;
        measured++;
        return worth(members);
      },
      evaluations: () => ({ measured, known: 0 }),
    };
  };

  test('with all scores it is the search written down by hand: in each order, by each rule', async () => {
    for (const order of ['score', 'given'] as const) {
      for (const accept of ['>=', '>'] as const) {
        const found = await analyseWhatIf(inputs('all'), { method: 'greedy', accept, order, start: 'first' });
        const tried = order === 'given' ? [0, 1, 2, 3] : [1, 3, 2, 0];
        let members = [tried[0] ?? 0];
        let best = worth(members);
        for (const candidate of tried.slice(1)) {
          const after = worth([...members, candidate]);
          if (accept === '>=' ? after < best : after <= best) continue;
          members = [...members, candidate];
          best = after;
        }
        expect(found).toMatchObject({ answered: true, missing: null, found: { worth: best } });
        expect(found.found?.members).toEqual(members.sort((a, b) => a - b));
        expect(found.same).toBe(soupKey(members) === '1');
        expect(found.steps).toHaveLength(4);
        expect(found.evaluations.measured).toBeLessThanOrEqual(3);
      }
    }
  });

  test('without them it names the first soup that is missing, and claims nothing', async () => {
    const found = await analyseWhatIf(inputs([[1, 3]]), { method: 'greedy', accept: '>=' });
    const next = worth([1, 3]) >= 0.7 ? [1, 2, 3] : [1, 2];
    expect(found).toMatchObject({ answered: false, found: null, steps: [], missing: next, same: null });
    expect(found.recorded).toEqual({ name: 'greedy', members: [1], worth: 0.7 });
  });
});

test('why: a diagnosis with its trace by places, its sentences and what was not measured as null', () => {
  const step = (round: number, index: number, score: number, accepted: boolean) => ({
    round,
    index,
    score,
    best: 0.9,
    accepted,
    members: 1,
  });
  const document = analyseWhy('greedy', examined, {
    trace: [step(0, 1, 0.9, true), step(1, 0, 0.9, false)],
    rule: '>',
    names: ['a', 'b'],
    scores: [0.89, 0.9],
  });
  expect(document).toMatchObject({
    soup: 'greedy',
    models: ['a', 'b'],
    kept: 1,
    barriers: null,
    learningRates: null,
    steps: [
      { candidate: 1, before: null, verdict: 'started' },
      { candidate: 0, before: 0.9, after: 0.9, verdict: 'rejected', tie: true },
    ],
  });
  expect(document.findings[0]).toMatchObject({ kind: 'ties', sentence: expect.stringContaining('1 candidate (a)') });
});
