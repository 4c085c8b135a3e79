import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { keyed } from '../../random/index.js';
import { exactShapley } from './exact-shapley.js';
import { coalitionValues, type Game } from './game.js';
import { leaveOneOut } from './leave-one-out.js';
import { marginalCurve } from './marginal-curve.js';
import { gainsAlong, sampledShapley } from './sampled-shapley.js';

/** A game whose coalitions have unrelated worths. */
const randomGame = (players: number, seed: number): Game => ({
  players,
  baseline: keyed(seed, 'nobody').uniform(),
  worth: async (members) => keyed(seed, ...members).uniform(),
});
const additive = (worths: readonly number[]): Game => ({
  players: worths.length,
  baseline: 0.25,
  worth: async (members) => 0.25 + members.reduce((sum, member) => sum + (worths[member] ?? 0), 0),
});
const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);
const everybody = (players: number) => Array.from({ length: players }, (_, player) => player);

/** Every order of 0 … n−1. */
function orders(n: number): number[][] {
  if (n === 0) return [[]];
  return orders(n - 1).flatMap((order) => Array.from({ length: n }, (_, at) => order.toSpliced(at, 0, n - 1)));
}

describe('exact Shapley values', () => {
  test('the glove game: two left gloves share what one right glove takes', async () => {
    // Players 0 and 1 have a left glove, 2 the right one; a pair is worth 1. Closed form: 1/6, 1/6, 2/3.
    const gloves: Game = {
      players: 3,
      baseline: 0,
      worth: async (members) => (members.includes(2) && members.length > 1 ? 1 : 0),
    };
    const found = await exactShapley(coalitionValues(gloves));
    for (const [player, value] of [1 / 6, 1 / 6, 2 / 3].entries()) expect(found[player]).toBeCloseTo(value, 14);
  });

  test('are the mean of what a player adds, over all k! orders', async () => {
    for (const players of [1, 2, 3, 4, 5]) {
      const values = coalitionValues(randomGame(players, players));
      const gains = [];
      for (const order of orders(players)) gains.push(await gainsAlong(order, values));
      const found = await exactShapley(values);
      for (const player of everybody(players)) {
        const mean = sum(gains.map((one) => one[player] ?? 0)) / gains.length;
        expect(found[player]).toBeCloseTo(mean, 13);
      }
      expect(values.evaluated).toBe(2 ** players - 1);
    }
  });

  test('add up to what all are worth beyond the baseline, and one who changes nothing gets nothing', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 6 }), fc.integer(), async (players, seed) => {
        const game = randomGame(players, seed);
        const found = await exactShapley(coalitionValues(game));
        expect(sum(found)).toBeCloseTo((await game.worth(everybody(players))) - game.baseline, 12);
        // The last player is a dummy now: nothing depends on it.
        const dummy: Game = {
          ...game,
          players: players + 1,
          worth: async (members) => {
            const others = members.filter((member) => member < players);
            return others.length === 0 ? game.baseline : await game.worth(others);
          },
        };
        const withDummy = await exactShapley(coalitionValues(dummy));
        expect(withDummy[players]).toBeCloseTo(0, 13);
        for (const player of everybody(players)) expect(withDummy[player]).toBeCloseTo(found[player] ?? 0, 12);
      }),
      { numRuns: 25 },
    );
  });

  test('of more models than can be enumerated are refused', async () => {
    await expect(exactShapley(coalitionValues(randomGame(13, 0)))).rejects.toThrow(/8191 evaluations/);
  });
});

describe('sampled Shapley values', () => {
  test('of an additive game are exact, and say so; so are those of one player and of two', async () => {
    const worths = [0.1, -0.05, 0.2, 0.03, 0.4, 0.11];
    const found = await sampledShapley(coalitionValues(additive(worths)), { seed: 1, pairs: 3 });
    for (const [player, one] of found.entries()) {
      expect(one.value).toBeCloseTo(worths[player] ?? 0, 14);
      expect(one.standardError).toBeLessThan(1e-15);
    }
    for (const players of [1, 2]) {
      const values = coalitionValues(randomGame(players, 8));
      const exact = await exactShapley(values);
      for (const [player, one] of (await sampledShapley(values, { seed: 1, pairs: 3 })).entries()) {
        expect(one.value).toBeCloseTo(exact[player] ?? Number.NaN, 14);
        expect(one.standardError).toBeLessThan(1e-15);
      }
    }
  });

  test('of a pool that gains most by its first ingredient have errors a fifth of plain means, and honest intervals', async () => {
    // The stock scores 38 %, one ingredient 70 %, ten of them 82 %; ingredients differ, and scores are noisy.
    const game: Game = {
      players: 10,
      baseline: 0.38,
      worth: async (members) => {
        const part = (of: (member: number) => boolean) => members.filter(of).length / members.length;
        const noise = 0.002 * keyed(5, ...members).normal();
        return (
          0.7 + 0.05 * Math.log(members.length) + 0.01 * part((m) => m % 3 === 0) - 0.05 * part((m) => m === 1) + noise
        );
      },
    };
    const values = coalitionValues(game);
    const exact = await exactShapley(values);
    const errors = { sampled: 0, plain: 0 };
    let covered = 0;
    for (let seed = 0; seed < 60; seed++) {
      const found = await sampledShapley(values, { seed, pairs: 6 });
      const gains = [];
      for (let pair = 0; pair < 6; pair++) {
        const order = [...keyed(seed, 'shapley', pair).permutation(10)];
        gains.push(await gainsAlong(order, values), await gainsAlong(order.toReversed(), values));
      }
      for (const [player, { value, interval }] of found.entries()) {
        const truth = exact[player] ?? Number.NaN;
        errors.sampled += (value - truth) ** 2;
        errors.plain += (sum(gains.map((one) => one[player] ?? 0)) / gains.length - truth) ** 2;
        if (interval.low <= truth && truth <= interval.high) covered++;
      }
    }
    expect(Math.sqrt(errors.sampled / errors.plain)).toBeLessThan(1 / 5);
    // 600 intervals of 95 %, correlated within a seed.
    expect(covered / 600).toBeGreaterThan(0.9);
  });

  test('lie around the exact ones as their standard errors say, and add up exactly', async () => {
    const values = coalitionValues(randomGame(7, 3));
    const exact = await exactShapley(values);
    const found = await sampledShapley(values, { seed: 9, pairs: 200 });
    const scores = found.map(({ value, standardError }, player) => (value - (exact[player] ?? 0)) / standardError);
    expect(Math.max(...scores.map(Math.abs))).toBeLessThan(4);
    expect(sum(found.map(({ value }) => value))).toBeCloseTo(
      (await values.of(everybody(7))) - (await values.of([])),
      12,
    );
  });

  test('intervals cover the exact value about as often as they claim', async () => {
    const values = coalitionValues(randomGame(5, 11));
    const exact = await exactShapley(values);
    let covered = 0;
    for (let seed = 0; seed < 100; seed++) {
      for (const [player, { interval }] of (await sampledShapley(values, { seed, pairs: 8, level: 0.9 })).entries()) {
        const truth = exact[player] ?? 0;
        if (interval.low <= truth && truth <= interval.high) covered++;
      }
    }
    // 500 intervals of 90 %, correlated within a seed: between 84 % and 96 %.
    expect(covered / 500).toBeGreaterThan(0.84);
    expect(covered / 500).toBeLessThan(0.96);
  });

  test('are keyed: the same seed gives the same bits, another one others, and more pairs continue fewer', async () => {
    const run = (seed: number, pairs: number) => sampledShapley(coalitionValues(randomGame(6, 2)), { seed, pairs });
    expect(await run(4, 5)).toEqual(await run(4, 5));
    expect(await run(4, 5)).not.toEqual(await run(5, 5));
    const progress: number[] = [];
    const values = coalitionValues(randomGame(6, 2));
    await sampledShapley(values, { seed: 4, pairs: 5, onProgress: (done) => progress.push(done) });
    const before = values.evaluated;
    await sampledShapley(values, { seed: 4, pairs: 4 });
    expect(values.evaluated).toBe(before);
    expect(progress).toEqual([1, 2, 3, 4, 5]);
    await expect(run(1, 2)).rejects.toThrow(/2 pairs of orders have no interval/);
  });
});

describe('leave one out', () => {
  test('of an additive game is what each adds; of two that can stand in for each other it is nothing', async () => {
    const worths = [0.1, -0.05, 0.2];
    const found = await leaveOneOut(coalitionValues(additive(worths)));
    for (const [player, worth] of worths.entries()) expect(found[player]).toBeCloseTo(worth, 14);
    const twins: Game = { players: 2, baseline: 0, worth: async () => 1 };
    expect(await leaveOneOut(coalitionValues(twins))).toEqual([0, 0]);
    expect(await exactShapley(coalitionValues(twins))).toEqual([0.5, 0.5]);
  });

  test('shares its evaluations with the others, and is stopped by a worth that is no number', async () => {
    const values = coalitionValues(additive([1, 2, 3, 4]));
    await exactShapley(values);
    expect(values.evaluated).toBe(15);
    await leaveOneOut(values);
    expect(values.evaluated).toBe(15);
    const broken: Game = { players: 2, baseline: 0, worth: async () => Number.NaN };
    await expect(leaveOneOut(coalitionValues(broken))).rejects.toThrow(/models 0, 1 together score NaN/);
    expect(() => coalitionValues({ ...broken, players: 0 })).toThrow(/0 players/);
  });
});

describe('the value of the n-th ingredient', () => {
  test('of an additive game of equals is a straight line with no width; cost and gain are per ingredient', async () => {
    const curve = await marginalCurve(coalitionValues(additive([0.125, 0.125, 0.125])), {
      seed: 1,
      orders: 4,
      costs: [10, 20, 30],
    });
    expect(curve.map(({ n, worth, gain, cost, gainPerCost }) => [n, worth, gain, cost, gainPerCost])).toEqual([
      [1, 0.375, 0.125, 20, 0.00625],
      [2, 0.5, 0.125, 40, 0.00625],
      [3, 0.625, 0.125, 60, 0.00625],
    ]);
    expect(curve[1]?.gainInterval).toEqual({ low: 0.125, high: 0.125 });
  });

  test('gains add up to the way from the baseline, means converge on those over all soups of n, the last has no width', async () => {
    const game = randomGame(5, 21);
    const values = coalitionValues(game);
    const curve = await marginalCurve(values, { seed: 2, orders: 400, costs: [1, 1, 1, 1, 1] });
    const all = await values.of(everybody(5));
    expect(sum(curve.map(({ gain }) => gain))).toBeCloseTo(all - game.baseline, 10);
    const pairs = everybody(5).flatMap((a) => everybody(a).map((b) => [b, a]));
    const worths = await Promise.all(pairs.map((pair) => values.of(pair)));
    const { low = 0, high = 0 } = curve[1]?.worthInterval ?? {};
    const slack = (high - low) / 2;
    expect(Math.abs(sum(worths) / pairs.length - (curve[1]?.worth ?? 0))).toBeLessThan(2 * slack);
    expect(curve[4]?.worthInterval.high).toBeCloseTo(curve[4]?.worthInterval.low ?? 0, 14);
  });

  test('free ingredients have no gain per cost; costs that do not fit are refused', async () => {
    const values = coalitionValues(additive([1, 2]));
    const [first] = await marginalCurve(values, { seed: 1, orders: 3, costs: [0, 0] });
    expect(first?.gainPerCost).toBeNull();
    await expect(marginalCurve(values, { seed: 1, orders: 3, costs: [1] })).rejects.toThrow(/not those of 2/);
    await expect(marginalCurve(values, { seed: 1, orders: 2, costs: [1, 1] })).rejects.toThrow(/2 orders/);
  });
});
