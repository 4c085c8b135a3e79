import { readFileSync } from 'node:fs';
import type { CookedStep } from '@stockpot/engine/process';
import { compilePlan, parseRecipe } from '@stockpot/engine/recipe';
import { wilsonInterval } from '@stockpot/engine/statistics';
import { describe, expect, test } from 'vitest';
import { costNotes } from './cost-notes.js';
import { leaderboardOf } from './from-results.js';
import { leaderboardTable } from './table.js';

const tiny = readFileSync(new URL('../../../../examples/recipes/tiny.yaml', import.meta.url), 'utf8');
const plan = compilePlan(parseRecipe(`${tiny}cost: {}\n`));
/** What a machine on which others computed says: one network for all models. */
const costs = (othersBusy: number) => ({
  machine: { processor: 'Test 9000', processors: 4, device: 'cpu' as const, threads: 1 },
  networks: [
    {
      ...{ models: [0, 1, 2, 3, 4, 5], example: [1, 28, 28], parameters: 19_658, multiplyAdds: 340_928 },
      batches: [
        { batch: 1, runs: 1500, medianMs: 2, lowMs: 1.75, highMs: 2.5, memoryBytes: 27_394_048, othersBusy },
        { batch: 64, runs: 88, medianMs: 30.04, lowMs: 30, highMs: 31, memoryBytes: null, othersBusy },
      ],
    },
  ],
  seconds: 1,
});

/** Scores by model: test, corruptions, selection. */
const scores: Record<string, [number, number, number]> = {
  stock: [0.4, 0.3, 0.41],
  'ft-00': [0.9, 0.5, 0.8],
  'ft-01': [0.8, 0.6, 0.9],
  'ft-02': [0.7, 0.4, 0.7],
  uniform: [0.85, 0.7, 0.85],
  greedy: [0.95, 0.65, 0.92],
  'ft-ensemble': [0.86, 0.66, 0.86],
};

function cooked(summary: CookedStep['result']['summary'], kind: string): CookedStep {
  return { key: '', reused: true, result: { kind, outputs: {}, summary } };
}

const results = new Map(
  plan.steps.map(({ id, kind }) => {
    const [, model = '', benchmark = ''] = id.split('/');
    if (kind === 'evaluate') {
      const [test = 0, corruptions = 0, selection = 0] = scores[model] ?? [];
      const top1 = { test, corruptions, selection }[benchmark] ?? 0;
      const corrupted = benchmark === 'corruptions';
      return [
        id,
        cooked(
          {
            ...{ n: corrupted ? 20 : 500, top1, meanCorruptionError: corrupted ? 1 - top1 : null },
          },
          kind,
        ),
      ] as const;
    }
    if (kind === 'cost') return [id, cooked(costs(0.01), kind)] as const;
    const corrupted = id === 'benchmarks/corruptions';
    const role = id === 'benchmarks/selection' ? 'selection' : 'test';
    return [id, cooked({ n: corrupted ? 20 : 500, role, corruptions: corrupted ? ['fog'] : null }, kind)] as const;
  }),
);

describe('the leaderboard of a cooked plan', () => {
  const board = leaderboardOf(plan, results);

  test('is ordered by the first benchmark of the report, never by what models were chosen on', () => {
    expect(board.columns.map(({ benchmark, role }) => [benchmark, role])).toEqual([
      ['test', 'test'],
      ['corruptions', 'test'],
      ['selection', 'selection'],
    ]);
    expect(board.rows.map(({ model }) => model)).toEqual([
      'greedy',
      'ft-00',
      'ft-ensemble',
      'uniform',
      'ft-01',
      'ft-02',
      'mae-vit-micro',
    ]);
  });

  test('names the best ingredient by its selection score, not by its test score', () => {
    expect(board.rows.filter(({ bestIngredient }) => bestIngredient).map(({ model }) => model)).toEqual(['ft-01']);
  });

  test('gives every score the interval of its own n', () => {
    expect(board.rows[0]?.scores[0]).toMatchObject({
      ...{ value: 0.95, top1: 0.95, further: {} },
      interval: wilsonInterval(475, 500),
    });
    expect(board.rows[0]?.scores[1]?.interval?.low).toBeCloseTo(wilsonInterval(13, 20).low, 12);
  });

  test('says what an answer costs: an ensemble takes what its members take together', () => {
    const measured = board.rows.map(({ model, networks, measured: cost }) => [
      model,
      networks,
      cost?.times.map(({ medianMs }) => medianMs),
    ]);
    expect(measured).toContainEqual(['greedy', 1, [2, 30.04]]);
    expect(measured).toContainEqual(['ft-ensemble', 3, [6, 3 * 30.04]]);
    expect(costNotes(board.rows)).toEqual([
      'Answers on cpu, 1 thread (Test 9000, 4 processors), median [quartiles]:',
      '  greedy, ft-00, uniform and 3 more: 2 ms [1.75, 2.5] for 1, 27.4 MB; 30 ms [30, 31] for 64 (19.7 k parameters, 341 k multiply-adds an example)',
      '  ft-ensemble: 6 ms for 1; 90.1 ms for 64 (59 k parameters, 1.02 M multiply-adds an example, the sum of 3 networks)',
    ]);
  });

  test('says when others computed meanwhile, and nothing where nothing was measured', () => {
    const disturbed = leaderboardOf(plan, new Map([...results, ['cost', cooked(costs(0.9), 'cost')]]));
    expect(costNotes(disturbed.rows).at(-1)).toMatch(/Others computed meanwhile/);
    const without = leaderboardOf(plan, new Map([...results].filter(([id]) => id !== 'cost')));
    expect(without.rows.map(({ measured }) => measured)).toEqual(without.rows.map(() => null));
    expect(costNotes(without.rows)).toEqual([]);
  });

  test('equal scores share a rank', () => {
    const [first, second, ...others] = board.rows;
    if (first === undefined || second === undefined) throw new Error('a board of at least two');
    const tied = leaderboardTable(
      { ...board, rows: [first, { ...second, scores: first.scores }, ...others] },
      { color: false },
    );
    const ranks = [...tied.matchAll(/^│ +(\d+) │/gm)].map((match) => Number(match[1]));
    expect(ranks).toEqual([1, 1, 3, 4, 5, 6, 7]);
  });

  test('says of a soup by what it was made, unless its name does', () => {
    const [first, ...others] = board.rows;
    if (first === undefined) throw new Error('an empty board');
    const table = (model: string) =>
      leaderboardTable({ ...board, rows: [{ ...first, model, method: 'ties' }, ...others] }, { color: false });
    expect(table('trimmed')).toContain('│ trimmed                  │ soup, ties │');
    expect(table('ties')).toContain('│ ties                     │ soup       │');
  });

  test('fits in a terminal of 80 columns', () => {
    const lines = leaderboardTable(board, { color: false, width: 80 }).split('\n');
    expect(Math.max(...lines.filter((line) => line.startsWith('│')).map((line) => line.length))).toBeLessThanOrEqual(
      100,
    );
  });

  test('is a table with its notes', () => {
    expect(leaderboardTable(board, { color: false })).toMatchInlineSnapshot(`
      "┌───┬──────────────────────────┬────────────┬──────────────────────┬──────────────────────┬──────────────────────┐
      │   │ model                    │ kind       │                 test │          corruptions │            selection │
      │   │                          │            │              top-1 % │        top-1 %, mean │            chosen on │
      │   │                          │            │              n = 500 │               n = 20 │              n = 500 │
      ├───┼──────────────────────────┼────────────┼──────────────────────┼──────────────────────┼──────────────────────┤
      │ 1 │ greedy                   │ soup       │ 95.00 [92.72, 96.59] │ 65.00 [43.29, 81.88] │ 92.00 [89.29, 94.07] │
      │ 2 │ ft-00                    │ ingredient │ 90.00 [87.06, 92.33] │ 50.00 [29.93, 70.07] │ 80.00 [76.27, 83.27] │
      │ 3 │ ft-ensemble (3 networks) │ ensemble   │ 86.00 [82.68, 88.77] │ 66.00 [44.23, 82.61] │ 86.00 [82.68, 88.77] │
      │ 4 │ uniform                  │ soup       │ 85.00 [81.60, 87.86] │ 70.00 [48.10, 85.45] │ 85.00 [81.60, 87.86] │
      │ 5 │ ft-01 *                  │ ingredient │ 80.00 [76.27, 83.27] │ 60.00 [38.66, 78.12] │ 90.00 [87.06, 92.33] │
      │ 6 │ ft-02                    │ ingredient │ 70.00 [65.84, 73.85] │ 40.00 [21.88, 61.34] │ 70.00 [65.84, 73.85] │
      │ 7 │ mae-vit-micro            │ stock      │ 40.00 [35.80, 44.35] │ 30.00 [14.55, 51.90] │ 41.00 [36.77, 45.36] │
      └───┴──────────────────────────┴────────────┴──────────────────────┴──────────────────────┴──────────────────────┘
      Ordered by test. In brackets the 95 % interval of Wilson.
      corruptions: mean over all corruptions and severities of the same n images; the interval counts each image once.
      selection: models were chosen by this score; it never ranks them.
      * the best single ingredient by its selection score.
      "
    `);
  });
});

describe('a board of other measures and of official files', () => {
  const tinyText = readFileSync(new URL('../../../../examples/recipes/tiny.yaml', import.meta.url), 'utf8');
  const text = tinyText
    .replace(
      /^benchmarks:\n/m,
      (line) => `${line}  few: { kind: few-shot, split: mnist/test, reference: mnist/train, shots: 5 }\n`,
    )
    .replace(/^report:.*$/m, 'report: [few, corruptions]');
  const kinds = compilePlan(parseRecipe(text));
  const numbers: Record<string, object> = {
    'benchmarks/few': { n: 500, role: 'test', corruptions: null, kind: 'few-shot', headline: 'fewShot:5' },
    'benchmarks/corruptions': { n: 20, role: 'test', corruptions: ['fog'], origin: 'official files' },
    'evaluations/uniform/few': {
      ...{ n: 500, top1: null, meanCorruptionError: null },
      further: { 'fewShot:5': 0.7, 'fewShotLow:5': 0.65, 'fewShotHigh:5': 0.75 },
    },
    'evaluations/uniform/corruptions': { n: 20, top1: 0.5, meanCorruptionError: 0.5, further: { worstCell: 0.1 } },
  };
  const few = leaderboardOf(
    kinds,
    new Map(Object.entries(numbers).map(([id, summary]) => [id, cooked({ ...summary }, '')] as const)).set(
      'benchmarks/selection',
      cooked({ n: 500, role: 'selection', corruptions: null }, ''),
    ),
  );

  test('is ordered by the number that each benchmark is about, with the interval that belongs to it', () => {
    const [row] = few.rows;
    expect(row?.model).toBe('uniform');
    expect(row?.scores[0]).toMatchObject({ value: 0.7, top1: null, interval: { low: 0.65, high: 0.75 } });
    expect(row?.scores[1]?.further).toEqual({ worstCell: 0.1 });
  });

  test('says what its columns are', () => {
    const table = leaderboardTable(few, { color: false });
    expect(table).toContain('few-shot, 5 %');
    expect(table).toContain('official files');
    expect(table).toContain("few: mean over draws of examples, with the interval of Student's t over them.");
    expect(table).toContain('corruptions: the published images; they are not comparable with generated ones.');
  });
});

describe('the leaderboard of a Self-Soup', () => {
  const example = readFileSync(new URL('../../../../examples/recipes/self-soup.yaml', import.meta.url), 'utf8');
  // One of the trainings without labels sees a shift that a benchmark is taken from.
  const shifted = example
    .replace(
      '      test: {',
      '      even: { role: shift, from: test, count: 100 }\n      odd: { role: shift, from: test, count: 100 }\n      test: {',
    )
    .replace('    algorithm: mocov3\n    split: mnist/unlabeled', '    algorithm: mocov3\n    split: mnist/even')
    .replace('batch: 128 }\n  - name: mmcr', 'batch: 32 }\n  - name: mmcr')
    .replace('  test: { split: mnist/test }', '  test: { split: mnist/even }\n  other: { split: mnist/odd }')
    .replace('report: [test,', 'report: [test, other,');
  const selfSoup = compilePlan(parseRecipe(shifted));
  const same = new Map(
    selfSoup.steps.map(({ id, kind }) => {
      const summary = { n: 100, top1: 0.5, meanCorruptionError: null, role: 'shift', corruptions: null };
      return [id, cooked(summary, kind)] as const;
    }),
  );
  const board = leaderboardOf(selfSoup, same);

  test('lists what has a score: not the models that others are fine-tuned from', () => {
    const models = board.rows.map(({ model }) => model);
    expect(models).toContain('self-moco-00-01');
    expect(models).not.toContain('moco-00');
  });

  test('marks the scores of models that saw the images, or others of their shift, without labels', () => {
    const marks = (model: string) =>
      board.rows
        .find((row) => row.model === model)
        ?.scores.slice(0, 2)
        .map((score) => score?.transduction);
    expect(marks('self-moco-00-00')).toEqual(['joint', 'disjoint']);
    expect(marks('self-soup')).toEqual(['joint', 'disjoint']);
    expect(marks('self-mae-00-00')).toEqual([undefined, undefined]);
    const table = leaderboardTable(board, { color: false });
    expect(table).toContain('50.00‡');
    expect(table).toContain('50.00†');
    expect(table).toContain('† transductive, disjoint');
  });
});
