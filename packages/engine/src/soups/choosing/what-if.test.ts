import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { searchGreedier } from './greedier-search.js';
import { searchGreedily } from './greedy-search.js';
import { soupKey } from './members.js';
import { searchPruned } from './pruned-search.js';
import { type Choice, recorded, type SearchKitchen } from './search.js';
import { knownFromTrace, whatIf } from './what-if.js';
import { kitchenIn, scoreOf, scoresOf, worlds } from './world.fixture.js';

/** Without what the clock and the cache say. */
const told = ({ members, score, trace }: Choice) => ({
  members,
  score,
  trace: trace.map(({ cached: _, milliseconds: __, ...trial }) => trial),
});

describe('what if', () => {
  test('a search replayed from everything is the search', async () => {
    await fc.assert(
      fc.asyncProperty(
        worlds(6),
        fc.constantFrom(searchGreedily, searchGreedier, searchPruned),
        async (world, search) => {
          const kitchen = kitchenIn(world);
          const cooked = await search({ accept: '>=' }, kitchen);
          const replayed = await whatIf(search, { accept: '>=' } as const, {
            scores: scoresOf(world),
            known: kitchen.evaluations.known,
          });
          if (!replayed.known) throw new Error('something is missing');
          expect(told(replayed.choice)).toEqual(told(cooked));
        },
      ),
      { numRuns: 100 },
    );
  });

  test('a recorded trace tells every score that its search read', async () => {
    await fc.assert(
      fc.asyncProperty(
        worlds(6),
        fc.constantFrom(searchGreedily, searchGreedier, searchPruned),
        async (world, search) => {
          const kitchen = kitchenIn(world);
          const { trace } = await search({ accept: '>=' }, kitchen);
          const known = knownFromTrace(trace.map(recorded), world.ingredients);
          for (const members of kitchen.asked) {
            // Of one ingredient, pruning has nothing to tell.
            if (trace.length > 0) expect(known.get(soupKey(members))).toBe(scoreOf(world, members));
          }
        },
      ),
      { numRuns: 100 },
    );
  });

  test('another rule is answered where the scores suffice, else the first missing soup is named', async () => {
    await fc.assert(
      fc.asyncProperty(worlds(6), async (world) => {
        const kitchen = kitchenIn(world);
        await searchGreedily({ accept: '>=' }, kitchen);
        const { known } = kitchen.evaluations;
        const answer = await whatIf(searchGreedily, { accept: '>' }, { scores: scoresOf(world), known });
        const cooked = await searchGreedily({ accept: '>' }, kitchenIn(world));
        if (answer.known) expect(told(answer.choice)).toEqual(told(cooked));
        else {
          expect(known.has(soupKey(answer.missing))).toBe(false);
          expect(cooked.trace.map(({ candidate }) => soupKey(candidate))).toContain(soupKey(answer.missing));
        }
      }),
      { numRuns: 100 },
    );
  });

  test('another metric is the scores by it', async () => {
    const byNll = new Map([
      ['0,1', 0.2],
      ['1,2', 0.9],
    ]);
    const scores = [0.1, 0.8, 0.5];
    const answer = await whatIf(searchGreedily, { accept: '>=' }, { scores, known: byNll });
    expect(answer).toEqual({ known: false, missing: [0, 1, 2] });
    const [withOrder, all] = [{ accept: '>=', patience: 1, order: 'given' } as const, { scores, known: byNll }];
    const second = await whatIf(searchGreedily, withOrder, all);
    expect(second).toMatchObject({ known: true, choice: { members: [1], score: 0.8 } });
  });

  test('a mistake of the search itself is not taken for a missing score', async () => {
    const broken = (_: object, __: SearchKitchen): Promise<Choice> => Promise.reject(new Error('broken'));
    await expect(whatIf(broken, {}, { scores: [1], known: new Map() })).rejects.toThrow('broken');
  });
});
