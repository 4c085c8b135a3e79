import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { keyed } from '../../random/index.js';
import { searchGreedyEnsemble } from './greedy-ensemble.js';

const ROWS = 24;
const CLASSES = 3;
const labels = Array.from({ length: ROWS }, (_, row) => row % CLASSES);

/** Models that know something of the labels, each with errors of its own. */
const pools = fc.record({
  seed: fc.nat(5000),
  models: fc.integer({ min: 1, max: 7 }),
  skill: fc.constantFrom(0, 0.7, 2),
});
function answers({ seed, models, skill }: { seed: number; models: number; skill: number }): Float32Array[] {
  return Array.from({ length: models }, (_, model) => {
    const random = keyed(seed, 'answers', model);
    return Float32Array.from(
      { length: ROWS * CLASSES },
      (_, at) => random.normal() + (at % CLASSES === labels[Math.floor(at / CLASSES)] ? skill : 0),
    );
  });
}

/** Top-1 by rows of plain arrays. */
const accuracy = (logits: ArrayLike<number>) =>
  labels.filter((label, row) => {
    const own = Array.from({ length: CLASSES }, (_, at) => logits[row * CLASSES + at] ?? 0);
    return own.indexOf(Math.max(...own)) === label;
  }).length / ROWS;

const meanOf = (members: readonly number[], logits: readonly Float32Array[]) =>
  Array.from({ length: ROWS * CLASSES }, (_, at) =>
    Math.fround(members.reduce((sum, member) => sum + (logits[member]?.[at] ?? 0), 0) / members.length),
  );

describe('The greedy ensemble', () => {
  test('is the loop of the paper over means of logits', async () => {
    await fc.assert(
      fc.asyncProperty(pools, fc.constantFrom<'>=' | '>'>('>=', '>'), async (pool, accept) => {
        const logits = answers(pool);
        const alone = logits.map(accuracy);
        const order = alone.map((_, index) => index).sort((a, b) => (alone[b] ?? 0) - (alone[a] ?? 0) || a - b);
        let members = order.slice(0, 1);
        let best = alone[order[0] ?? 0] ?? 0;
        for (const next of order.slice(1)) {
          const score = accuracy(meanOf([...members, next], logits));
          if (accept === '>=' ? score < best : score <= best) continue;
          members = [...members, next];
          best = score;
        }
        const found = await searchGreedyEnsemble({ accept }, { logits, score: accuracy });
        expect(found.members).toEqual([...members].sort((a, b) => a - b));
        expect(found.score).toBe(best);
      }),
      { numRuns: 150 },
    );
  });

  test('is never worse than its best member, asks for each candidate once, and is the score of its members together', async () => {
    await fc.assert(
      fc.asyncProperty(pools, async (pool) => {
        const logits = answers(pool);
        let asked = 0;
        const score = (given: Float32Array) => {
          asked++;
          return accuracy(given);
        };
        const { members, score: found, trace } = await searchGreedyEnsemble({ accept: '>=' }, { logits, score });
        expect(found).toBeGreaterThanOrEqual(Math.max(...logits.map(accuracy)));
        expect(found).toBe(accuracy(meanOf(members, logits)));
        expect(asked).toBeLessThanOrEqual(2 * logits.length - 1);
        expect(trace).toHaveLength(logits.length);
        const accepted = trace.filter((trial) => trial.accepted).map((trial) => trial.score);
        expect(accepted).toEqual([...accepted].sort((a, b) => a - b));
      }),
      { numRuns: 100 },
    );
  });

  test('does not see in which order its models are listed, but by ties', async () => {
    await fc.assert(
      fc.asyncProperty(pools, async (pool) => {
        const logits = answers(pool);
        const alone = logits.map(accuracy);
        fc.pre(new Set(alone).size === alone.length);
        const forwards = await searchGreedyEnsemble({ accept: '>=' }, { logits, score: accuracy });
        const backwards = await searchGreedyEnsemble(
          { accept: '>=' },
          { logits: [...logits].reverse(), score: accuracy },
        );
        const mirrored = backwards.members.map((index) => logits.length - 1 - index).sort((a, b) => a - b);
        expect(mirrored).toEqual(forwards.members);
      }),
      { numRuns: 100 },
    );
  });

  test('of copies of one model is that model under the rule that wants more; logits that do not fit are refused', async () => {
    const [own = new Float32Array()] = answers({ seed: 1, models: 1, skill: 1 });
    const copies = { logits: [own, own.slice(), own.slice()], score: accuracy };
    expect((await searchGreedyEnsemble({ accept: '>' }, copies)).members).toEqual([0]);
    expect((await searchGreedyEnsemble({ accept: '>=' }, copies)).members).toEqual([0, 1, 2]);
    const short = { logits: [own, own.slice(1)], score: accuracy };
    expect(() => searchGreedyEnsemble({ accept: '>' }, short)).toThrow(/72, 71 logits/);
    const broken = { logits: [own, own.map(() => Number.NaN)], score: accuracy };
    expect(() => searchGreedyEnsemble({ accept: '>' }, broken)).toThrow(/Member 1 .* NaN/);
  });
});
