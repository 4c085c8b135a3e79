import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Evaluations } from './evaluations.js';
import { searchGreedier } from './greedier-search.js';
import { type GreedyOptions, searchGreedily } from './greedy-search.js';
import { alikeBy, soupKey } from './members.js';
import { searchOrder } from './order.js';
import { searchPruned } from './pruned-search.js';
import { type Choice, recorded } from './search.js';
import { kitchenIn, scoreOf, scoresOf, type World, worlds } from './world.fixture.js';

const rules = fc.constantFrom('>=' as const, '>' as const);
const tieBreaks = fc.constantFrom('listed' as const, 'last' as const);
const runs = { numRuns: 150 };
const sorted = (members: readonly number[]) => [...members].sort((a, b) => a - b);
const acceptedScores = ({ trace }: Choice) => trace.filter(({ accepted }) => accepted).map(({ score }) => score);
const ascends = (numbers: readonly number[]) =>
  numbers.every((value, at) => at === 0 || value >= (numbers[at - 1] ?? 0));

/** What every search promises, whatever its rule. */
function expectSound(world: World, choice: Choice, asked: readonly (readonly number[])[]): void {
  expect(choice.members.length).toBeGreaterThan(0);
  expect(choice.score).toBe(scoreOf(world, choice.members));
  for (const { candidate, score } of choice.trace) expect(score).toBe(scoreOf(world, candidate));
  // Nothing is evaluated twice, and no ingredient alone.
  const keys = asked.map((members) => soupKey(members));
  expect(new Set(keys).size).toBe(keys.length);
  expect(keys.filter((key) => !key.includes(','))).toEqual([]);
  expect(choice.trace.map(({ round }) => round)).toEqual(choice.trace.map((_, place) => place));
}

describe('the greedy search', () => {
  /** Algorithm 1 of the paper, word for word, on sets. */
  function textbook(world: World, accept: '>=' | '>'): number[] {
    const byScore = scoresOf(world)
      .map((score, index) => [score, index] as const)
      .sort(([a, i], [b, j]) => (a === b ? i - j : b - a));
    let soup: number[] = [];
    let best = Number.NEGATIVE_INFINITY;
    for (const [, index] of byScore) {
      const score = scoreOf(world, [...soup, index]);
      if (accept === '>=' ? score >= best : score > best) {
        soup = [...soup, index];
        best = score;
      }
    }
    return sorted(soup);
  }

  test('is the algorithm of the paper, and with > that of its code', async () => {
    await fc.assert(
      fc.asyncProperty(worlds(7), rules, async (world, accept) => {
        const kitchen = kitchenIn(world);
        const choice = await searchGreedily({ accept }, kitchen);
        expect(choice.members).toEqual(textbook(world, accept));
        expect(kitchen.asked).toHaveLength(world.ingredients - 1);
        expectSound(world, choice, kitchen.asked);
      }),
      runs,
    );
  });

  const options: fc.Arbitrary<GreedyOptions> = fc.record(
    {
      accept: rules,
      order: fc.constantFrom('score' as const, 'given' as const, 'random' as const),
      seed: fc.nat(50),
      ties: tieBreaks,
      start: fc.constantFrom('best' as const, 'first' as const),
      tolerance: fc.constantFrom(0, 0.1),
      patience: fc.integer({ min: 1, max: 3 }),
    },
    { requiredKeys: ['accept'] },
  );

  test('science §7.2, 3 by whatever options: accepted scores never fall, never below the start, k − 1 evaluations', async () => {
    await fc.assert(
      fc.asyncProperty(worlds(7), options, async (world, chosen) => {
        const kitchen = kitchenIn(world);
        const choice = await searchGreedily(chosen, kitchen);
        const { tolerance = 0 } = chosen;
        const scores = scoresOf(world);
        const accepted = acceptedScores(choice);
        expectSound(world, choice, kitchen.asked);
        expect(kitchen.asked.length).toBeLessThanOrEqual(world.ingredients - 1);
        if (tolerance === 0) expect(ascends(accepted)).toBe(true);
        const [first] = searchOrder(scores, chosen);
        expect(choice.score).toBeGreaterThanOrEqual((scores[first ?? -1] ?? 0) - tolerance);
        if (chosen.start !== 'first') expect(choice.score).toBeGreaterThanOrEqual(Math.max(...scores) - tolerance);
        expect(new Set(choice.members).size).toBe(choice.members.length);
      }),
      runs,
    );
  });

  test('tries equal ingredients in the order of the tie-break', () => {
    const scores = [0.5, 0.9, 0.5, 0.9];
    expect(searchOrder(scores, {})).toEqual([1, 3, 0, 2]);
    expect(searchOrder(scores, { ties: 'last' })).toEqual([3, 1, 2, 0]);
    expect(searchOrder(scores, { order: 'given' })).toEqual([1, 0, 2, 3]);
    expect(searchOrder(scores, { order: 'given', start: 'first' })).toEqual([0, 1, 2, 3]);
  });

  test('in random order: a permutation that the seed alone decides, and every ingredient may come first', () => {
    const order = (seed: number) => searchOrder([0.1, 0.2, 0.3, 0.4], { order: 'random', start: 'first', seed });
    for (let seed = 0; seed < 40; seed++) {
      expect(order(seed)).toEqual(order(seed));
      expect(sorted(order(seed))).toEqual([0, 1, 2, 3]);
      expect(searchOrder([0.1, 0.2, 0.3, 0.4], { order: 'random', seed })[0]).toBe(3);
    }
    expect(new Set(Array.from({ length: 40 }, (_, seed) => order(seed)[0])).size).toBe(4);
  });

  /** Scores by members as text; what is not there must not be asked for. */
  function told(scores: readonly number[], table: Readonly<Record<string, number>>) {
    const evaluate = async (members: readonly number[]) => {
      const score = table[soupKey(members)];
      if (score === undefined) throw new Error(`nobody should have asked for ${soupKey(members)}`);
      return score;
    };
    return { evaluations: new Evaluations({ scores, evaluate }) };
  }

  test('a tolerated loss is measured from the best score, so losses do not add up', async () => {
    const kitchen = told([0.8, 0.7, 0.6], { '0,1': 0.75, '0,1,2': 0.7 });
    const choice = await searchGreedily({ accept: '>=', tolerance: 0.0625 }, kitchen);
    expect(choice.members).toEqual([0, 1]);
    expect(choice.trace.map(({ best, accepted }) => [best, accepted])).toEqual([
      [0.8, true],
      [0.8, true],
      [0.8, false],
    ]);
  });

  test('patience counts refusals in a row', async () => {
    const kitchen = told([0.8, 0.7, 0.6, 0.5, 0.4, 0.3], { '0,1': 0.1, '0,2': 0.9, '0,2,3': 0.1, '0,2,4': 0.2 });
    const choice = await searchGreedily({ accept: '>=', patience: 2 }, kitchen);
    expect(choice.members).toEqual([0, 2]);
    expect(choice.trace).toHaveLength(5);
  });

  test('ingredients that are one and the same cost nothing again', async () => {
    let asked = 0;
    const evaluations = new Evaluations({
      scores: [0.5, 0.5, 0.5],
      alike: alikeBy(['same', 'same', 'same']),
      evaluate: async () => {
        asked++;
        return 0;
      },
    });
    const { trace, members } = await searchGreedily({ accept: '>=' }, { evaluations });
    expect(asked).toBe(0);
    expect(members).toEqual([0, 1, 2]);
    expect(trace.map(({ cached }) => cached)).toEqual([true, true, true]);
    // The record is that of a search that evaluated them again.
    expect(trace.map(recorded).some((trial) => 'cached' in trial)).toBe(false);
    const pruned = await searchPruned({ accept: '>=' }, { evaluations });
    expect(pruned.trace.map((trial) => recorded(trial).cached)).toEqual([true, undefined]);
    // To a greedier soup its own twin is nothing new.
    expect((await searchGreedier({ accept: '>=' }, { evaluations })).members).toEqual([0]);
    expect(asked).toBe(0);
  });

  test('refuses scores that are no numbers, of ingredients and of soups', async () => {
    const evaluate = () => Promise.resolve(Number.NaN);
    expect(() => new Evaluations({ scores: [1, Number.NaN], evaluate })).toThrow(/score of ingredient 1 is NaN/);
    const evaluations = new Evaluations({ scores: [1, 0], evaluate });
    await expect(searchGreedily({ accept: '>=' }, { evaluations })).rejects.toThrow(/ingredients 0,1 scores NaN/);
  });

  test('stops when it is told to', async () => {
    const stopped = { ...kitchenIn({ ingredients: 3, seed: 1, levels: 3 }), signal: AbortSignal.abort() };
    for (const search of [searchGreedily, searchGreedier, searchPruned]) {
      await expect(search({ accept: '>=' }, stopped)).rejects.toThrow('cancelled');
    }
  });
});

describe('the greedier search', () => {
  /** All one-ingredient extensions, the best of them, until none is good enough: as sets, on every k up to 5. */
  function textbook(world: World, accept: '>=' | '>'): number[] {
    const scores = scoresOf(world);
    const alone = (index: number) => scores[index] ?? 0;
    const everybody = scores.map((_, index) => index).sort((a, b) => alone(b) - alone(a) || a - b);
    let soup = everybody.slice(0, 1);
    for (;;) {
      const best = scoreOf(world, soup);
      const further = everybody.filter((index) => !soup.includes(index));
      const highest = Math.max(...further.map((index) => scoreOf(world, [...soup, index])));
      const next = further.find((index) => scoreOf(world, [...soup, index]) === highest);
      if (next === undefined || (accept === '>=' ? highest < best : highest <= best)) return sorted(soup);
      soup = [...soup, next];
    }
  }

  test('takes the best of all candidates, turn by turn', async () => {
    await fc.assert(
      fc.asyncProperty(worlds(5), rules, async (world, accept) => {
        const kitchen = kitchenIn(world);
        const choice = await searchGreedier({ accept }, kitchen);
        const k = world.ingredients;
        expect(choice.members).toEqual(textbook(world, accept));
        expect(kitchen.asked.length).toBeLessThanOrEqual((k * (k - 1)) / 2);
        expect(ascends(acceptedScores(choice))).toBe(true);
        expect(choice.score).toBeGreaterThanOrEqual(Math.max(...scoresOf(world)));
        expectSound(world, choice, kitchen.asked);
      }),
      runs,
    );
  });

  test('with replacement coefficients are multiplicities, no soup comes again, and equal scores come to an end', async () => {
    await fc.assert(
      fc.asyncProperty(worlds(4), rules, tieBreaks, async (world, accept, ties) => {
        const kitchen = kitchenIn(world);
        const choice = await searchGreedier({ accept, ties, replacement: true }, kitchen);
        expect(choice.members.length).toBeLessThanOrEqual(2 * world.ingredients);
        expect(ascends(acceptedScores(choice))).toBe(true);
        expectSound(world, choice, kitchen.asked);
        const soups = choice.trace.filter(({ accepted }) => accepted).map(({ candidate }) => soupKey(candidate));
        expect(new Set(soups).size).toBe(soups.length);
        // No single further ingredient would have been accepted: the search ends at a soup that is best of its neighbours.
        if (choice.members.length < 2 * world.ingredients && accept === '>') {
          for (const index of scoresOf(world).keys()) {
            expect(scoreOf(world, [...choice.members, index])).toBeLessThanOrEqual(choice.score);
          }
        }
      }),
      runs,
    );
  });

  test('finds two thirds and a third where that is best', async () => {
    const near = (members: readonly number[]) =>
      1 - Math.abs(members.filter((m) => m === 1).length / members.length - 2 / 3);
    const evaluations = new Evaluations({ scores: [near([0]), near([1])], evaluate: async (members) => near(members) });
    const { members, score } = await searchGreedier({ accept: '>', replacement: true }, { evaluations });
    expect([members, score]).toEqual([[0, 1, 1], 1]);
  });
});

describe('the pruned search', () => {
  function textbook(world: World, accept: '>=' | '>'): { members: number[]; least: number } {
    const scores = scoresOf(world);
    const alone = (index: number) => scores[index] ?? 0;
    let soup = scores.map((_, index) => index);
    const least = scoreOf(world, soup);
    for (let changed = true; changed; ) {
      changed = false;
      for (const index of [...scores.keys()].sort((a, b) => alone(a) - alone(b) || b - a)) {
        const rest = soup.filter((member) => member !== index);
        if (rest.length === soup.length || rest.length === 0) continue;
        const [score, best] = [scoreOf(world, rest), scoreOf(world, soup)];
        if (accept === '>=' ? score >= best : score > best) {
          soup = rest;
          changed = true;
        }
      }
    }
    return { members: soup, least };
  }

  test('takes out the worst first, pass after pass, and never scores less than all together', async () => {
    await fc.assert(
      fc.asyncProperty(worlds(6), rules, async (world, accept) => {
        const kitchen = kitchenIn(world);
        const choice = await searchPruned({ accept }, kitchen);
        const { members, least } = textbook(world, accept);
        expect(choice.members).toEqual(members);
        expect(choice.score).toBeGreaterThanOrEqual(least);
        expect(ascends(acceptedScores(choice))).toBe(true);
        expectSound(world, choice, kitchen.asked);
      }),
      runs,
    );
  });

  test('one pass costs no more than there are ingredients, and one for all together', async () => {
    await fc.assert(
      fc.asyncProperty(worlds(6), async (world) => {
        const kitchen = kitchenIn(world);
        const { trace } = await searchPruned({ accept: '>=', passes: 1 }, kitchen);
        expect(kitchen.asked.length).toBeLessThanOrEqual(world.ingredients + 1);
        expect(trace.every(({ turn, removed }) => turn === 0 && removed)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });
});
