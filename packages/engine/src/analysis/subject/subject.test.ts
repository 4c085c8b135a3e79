import { readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testImagesOf } from '../../data/test-images.js';
import { predictions } from '../../evaluation/predictions.js';
import { keyed } from '../../random/index.js';
import { sharesOf } from '../../soups/choosing/members.js';
import type { Examination } from '../mixtures/classifier-answers.js';
import { scoreOf } from '../mixtures/score.js';
import { keptImages } from './kept-images.js';
import { assertCount, shortNames } from './pool-subject.js';
import { rowLosses } from './row-losses.js';
import { membersOf } from './run-subject.js';
import { ScoreCache, type ScoredOn, scoreKey } from './score-cache.js';

let place = '';
beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'stockpot scores '));
});
afterAll(() => rm(place, { recursive: true }));

const on: ScoredOn = { ingredients: ['a', 'b', 'c'], examples: 'e', device: 'cpu' };

describe('scores that are kept', () => {
  test('have one name for one mixture: order, a common factor and equal files do not matter, all else does', () => {
    const share = fc.integer({ min: 0, max: 9 });
    fc.assert(
      fc.property(fc.tuple(share, share, share), fc.integer({ min: 1, max: 5 }), ([a, b, c], times) => {
        fc.pre(a + b + c > 0);
        const key = scoreKey([a, b, c], on);
        expect(scoreKey([c * times, a * times, b * times], { ...on, ingredients: ['c', 'a', 'b'] })).toBe(key);
        const twins = { ...on, ingredients: ['a', 'b', 'c', 'a'] };
        expect(scoreKey([2 * a, 4 * b, 4 * c, 2 * a], twins)).toBe(key);
        expect(scoreKey([a, b, c + 1], on) === key).toBe(a + b === 0);
        for (const other of [{ examples: 'f' }, { pixels: 'upright' }, { device: 'cuda' as const }]) {
          expect(scoreKey([a, b, c], { ...on, ...other })).not.toBe(key);
        }
      }),
    );
  });

  test('come back bit for bit; a damaged one is as if it were not there', async () => {
    const cache = new ScoreCache(join(place, 'scores'));
    const score = { loss: Math.PI / 7, error: 1 / 3 };
    expect(await cache.get([1, 2, 0], on)).toBeUndefined();
    await cache.put([1, 2, 0], on, score);
    expect(await cache.get([2, 4, 0], on)).toEqual(score);
    expect(await cache.get([2, 1, 0], on)).toBeUndefined();
    const [file = ''] = readdirSync(cache.folder);
    writeFileSync(join(place, 'half.json'), readFileSync(join(cache.folder, file)).subarray(0, 30));
    await rm(join(cache.folder, file));
    writeFileSync(join(cache.folder, file), readFileSync(join(place, 'half.json')));
    expect(await cache.get([1, 2, 0], on)).toBeUndefined();
  });

  test('stay up to a number, those that were used last; whoever begins to write clears away the others', async () => {
    const folder = join(place, 'many');
    const score = { loss: 1, error: 0.5 };
    const first = new ScoreCache(folder, undefined, 2);
    for (const share of [1, 2, 3, 4]) {
      await first.put([share, 5], on, score);
      const time = new Date(2026, 0, share);
      utimesSync(join(folder, `${scoreKey([share, 5], on)}.json`), time, time);
    }
    expect(readdirSync(folder)).toHaveLength(4);
    const second = new ScoreCache(folder, undefined, 2);
    await second.put([6, 5], on, score);
    await second.put([7, 5], on, score);
    const there = await Promise.all([1, 2, 3, 4, 6, 7].map((share) => second.get([share, 5], on)));
    expect(there.map((found) => found !== undefined)).toEqual([false, false, true, true, true, true]);
  });

  test('where nothing can be written the analysis goes on, and says so once', async () => {
    writeFileSync(join(place, 'file'), '');
    const told: unknown[] = [];
    const cache = new ScoreCache(join(place, 'file', 'scores'), (error) => told.push(error));
    await cache.put([1], on, { loss: 1, error: 1 });
    await cache.put([1, 1], on, { loss: 1, error: 1 });
    expect(told).toHaveLength(1);
  });
});

describe('prepared images', () => {
  const pixels = Uint8Array.from({ length: 250 * 4 }, (_, at) => at % 256);
  const plan = { image: [1, 2, 2] as const, normalise: { mean: [0.5], std: [0.5] } };
  const counted = () => {
    const calls = { opened: 0, chunks: 0, closed: 0 };
    const open: Examination['images'] = (asked) => {
      calls.opened++;
      const images = testImagesOf(pixels, [1, 2, 2], { ...asked, rows: 100 });
      return {
        ...images,
        chunk: (index) => {
          calls.chunks++;
          return images.chunk(index);
        },
        [Symbol.asyncDispose]: async () => {
          calls.closed++;
        },
      };
    };
    return { calls, open };
  };
  const all = async (open: Examination['images']) => {
    await using images = await open(plan);
    const found: number[] = [];
    for (let index = 0; index < images.chunks; index++) found.push(...(await images.chunk(index)));
    return found;
  };

  test('that fit are made once for all mixtures, the same ones, and given back with the pool', async () => {
    const { calls, open } = counted();
    const kept = keptImages(open);
    const fresh = await all(counted().open);
    expect(await all(kept.images)).toEqual(fresh);
    expect(await all(kept.images)).toEqual(fresh);
    expect(calls).toEqual({ opened: 1, chunks: 3, closed: 0 });
    const other = await kept.images({ ...plan, normalise: { mean: [0], std: [1] } });
    expect((await other.chunk(0))[1]).not.toBe(fresh[1]);
    await kept[Symbol.asyncDispose]();
    expect(calls).toMatchObject({ opened: 2, closed: 2 });
  });

  test('that do not fit are made anew, and given back at once', async () => {
    const { calls, open } = counted();
    const kept = keptImages(open, 250 * 4 * 4 - 1);
    await all(kept.images);
    await all(kept.images);
    expect(calls).toEqual({ opened: 2, chunks: 6, closed: 2 });
  });
});

describe('what is known of a soup', () => {
  test('its members follow from its coefficients, for every list of up to 12 with repetitions', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 12 }), (members) => {
        const found = membersOf('greedier', sharesOf(members)) ?? [];
        // The same shares in the smallest whole numbers.
        expect(sharesOf(found)).toEqual(
          sharesOf(members).map((share) => ({ ...share, coefficient: expect.closeTo(share.coefficient, 12) })),
        );
        expect(members.length % found.length).toBe(0);
      }),
    );
    expect(membersOf('learned', [{ index: 0, coefficient: 1 }])).toBeNull();
    expect(
      membersOf('uniform', [
        { index: 0, coefficient: Math.SQRT1_2 },
        { index: 1, coefficient: Math.PI },
      ]),
    ).toBeNull();
  });

  test('the mean of the losses by row is the loss', () => {
    const random = keyed(1, 'rows');
    const logits = Float32Array.from({ length: 60 }, () => 5 * random.normal());
    const answered = predictions(
      logits,
      Uint8Array.from({ length: 20 }, (_, row) => row % 3),
      3,
    );
    const losses = rowLosses(answered);
    expect(losses.reduce((sum, loss) => sum + loss, 0) / 20).toBeCloseTo(scoreOf(answered).loss, 12);
    expect(Math.min(...losses)).toBeGreaterThanOrEqual(0);
  });
});

test('checkpoints are called by their files where that tells them apart', () => {
  expect(shortNames(['x/A.safetensors', 'x/B', 'y/model.safetensors.index.json'])).toEqual(['A', 'B', 'model']);
  expect(shortNames(['x/model.safetensors', 'y/model.safetensors'])).toEqual([
    'x/model.safetensors',
    'y/model.safetensors',
  ]);
  expect(shortNames(['A.safetensors', 'B.safetensors', 'A.safetensors'])).toEqual(['A', 'B', 'A (2)']);
  expect(() => assertCount(['a'], 2, 2)).toThrow('This analysis takes 2 models, and 1 was named: a.');
  expect(() => assertCount([], 1)).toThrow('This analysis takes 1 or more models, and 0 were named.');
});
