import { afterAll, beforeAll, expect, test } from 'vitest';
import { equalShares, only } from '../../analysis/mixtures/shares.js';
import { openFilesSubject } from '../../analysis/subject/files-subject.js';
import { ScoreCache, scoresFolder } from '../../analysis/subject/score-cache.js';
import { cookOnData } from './index.js';
import { type ExamplePantry, examplePantry } from './pantry.fixture.js';

let pantry: ExamplePantry;
let paths: readonly string[];
beforeAll(async () => {
  pantry = await examplePantry();
  paths = await Promise.all([0, 1, 2].map((seed) => pantry.ingredient(`model ${seed}`, seed)));
});
afterAll(() => pantry[Symbol.asyncDispose]());

const signal = new AbortController().signal;
let soups = 0;

function greedy(home: string) {
  return cookOnData(
    {
      ...{ method: 'greedy', ingredients: paths, data: pantry.data, examples: 'val' },
      output: pantry.path(`soup ${soups++}.safetensors`),
      parameters: { order: 'given' },
    },
    { home, threads: 1, device: 'cpu', signal },
  );
}

/** The scores of every soup of these models, and how many networks they took. */
async function analysed(home: string | null) {
  await using subject = await openFilesSubject({
    ...{ paths, data: pantry.data, read: { split: 'val' }, threads: 1, signal },
    ...(home === null ? {} : { cache: new ScoreCache(scoresFolder(home)) }),
  });
  const mixtures = [
    only(0, 3),
    only(1, 3),
    only(2, 3),
    equalShares([0, 1], 3),
    equalShares([0, 2], 3),
    equalShares([1, 2], 3),
    equalShares([0, 1, 2], 3),
  ];
  const scores = [];
  for (const shares of mixtures) scores.push(await subject.score(shares));
  return { scores, measured: subject.evaluations().measured };
}

test('what a soup evaluated no analysis evaluates again, and it finds the very numbers it would have found', async () => {
  const home = pantry.path('soup first');
  const soup = await greedy(home);
  const own = await analysed(null);
  expect(own.measured).toBe(7);
  const after = await analysed(home);
  expect(after.scores).toEqual(own.scores);
  // Three models alone and the candidates that greedy tried are known.
  expect(after.measured).toBe(7 - soup.evaluated);
  expect(soup.evaluated).toBe(3 + 2);
});

test('what an analysis evaluated no soup evaluates again, and it chooses the same', async () => {
  const home = pantry.path('analysis first');
  expect((await analysed(home)).measured).toBe(7);
  const soup = await greedy(home);
  expect(soup.evaluated).toBe(0);
  const fresh = await greedy(pantry.path('neither'));
  expect(fresh.evaluated).toBe(3 + 2);
  expect([soup.mixture, soup.score, soup.scores]).toEqual([fresh.mixture, fresh.score, fresh.scores]);
  expect(soup.certificate.tensors).toEqual(fresh.certificate.tensors);
});
