import { readFileSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { compilePlan, parseRecipe } from '@stockpot/engine/recipe';
import pc from 'picocolors';
import { describe, expect, test } from 'vitest';
import { createProgress } from './create-progress.js';
import { type ProgressEvent, RunState, runTimeLeft, type StepState } from './run-state.js';
import { tree } from './tree.js';

const text = readFileSync(new URL('../../../../examples/recipes/tiny.yaml', import.meta.url), 'utf8');
const plan = compilePlan(parseRecipe(text));
const colors = pc.createColors(false);

function step(id: string, state: StepState, summary?: Record<string, unknown>): ProgressEvent {
  return { type: 'step', id, state, ...(summary === undefined ? {} : { result: { summary } }) };
}

/** A run in which events came at given seconds. */
function runWith(...events: readonly (readonly [at: number, event: ProgressEvent])[]): RunState {
  const run = new RunState(plan, 0);
  for (const [at, event] of events) run.apply(event, at);
  return run;
}

const untilIngredients = [
  [0, step('datasets/mnist', 'running')],
  [1, step('datasets/mnist', 'done')],
  [1, step('stock', 'running')],
  [9, step('stock', 'done', { imagesPerSecond: 5000 })],
  [9, step('head', 'running')],
  [10, step('head', 'done')],
  [10, step('benchmarks/selection', 'reused')],
  [10, step('benchmarks/test', 'reused')],
  [10, step('benchmarks/corruptions', 'reused')],
  [10, step('ingredients/ft-00', 'running')],
  [14, { type: 'metric', id: 'ingredients/ft-00', series: 'loss', values: [0.5, 0.25] }],
  [14, step('ingredients/ft-00', 'done', { imagesPerSecond: 4000 })],
  [14, step('ingredients/ft-01', 'running')],
  [15, { type: 'metric', id: 'ingredients/ft-01', series: 'images_per_second', values: [3900, 4096] }],
  [15, { type: 'progress', id: 'ingredients/ft-01', done: 4, total: 16, unit: 'steps', rate: 4 }],
] as const satisfies readonly (readonly [number, ProgressEvent])[];

describe('the tree', () => {
  test('shows what is done, what runs and how long it takes, what is to come', () => {
    expect(tree(runWith(...untilIngredients), { now: 15, colors, rows: 40 })).toMatchInlineSnapshot(`
      "
        tiny  7 of 33 steps · 15 s
        ✓ Data        1/1 · 1.0 s
        = Benchmarks  3/3 · reused
        ✓ Stock       2/2 · 9.0 s
        ◒ Ingredients 1/3
          ✓ ft-00                  4.0 s · 4,000 img/s · loss 0.250
            ft-01                  █████░░░░░░░░░░░░░░░ 25 % · 4,096 img/s · 3.0 s left
        ○ Soups       0/3
        ○ Scores      0/21
      "
    `);
  });

  test('fits in a low terminal by leaving out what is done', () => {
    const low = tree(runWith(...untilIngredients), { now: 15, colors, rows: 10 });
    expect(low.split('\n').length).toBeLessThanOrEqual(10);
    expect(low).toContain('ft-01');
    expect(low).not.toContain('ft-00');
  });

  test('names what failed', () => {
    const failed = runWith(...untilIngredients, [
      16,
      { type: 'step', id: 'ingredients/ft-01', state: 'failed', error: { message: 'The loss is NaN.\nat step 3' } },
    ]);
    expect(tree(failed, { now: 16, colors, rows: 40 })).toMatch(/✗ ft-01 +The loss is NaN\.\n/);
  });
});

describe('the time left', () => {
  test('is not guessed before every kind of step was seen', () => {
    expect(runTimeLeft(runWith(...untilIngredients), 15)).toBeUndefined();
  });

  test('is what like steps took, shared among those that run', () => {
    const run = runWith(...plan.steps.map(({ id }) => [0, step(id, 'running')] as const));
    for (const { id } of plan.steps) run.apply(step(id, 'done'), 2);
    for (const id of ['evaluations/ft-00/test', 'evaluations/ft-01/test', 'evaluations/ft-02/test']) {
      run.apply(step(id, 'waiting'), 2);
    }
    run.apply(step('evaluations/ft-00/test', 'running'), 2);
    run.apply(step('evaluations/ft-01/test', 'running'), 2);
    // Two half done and one to come, two seconds each, two at a time.
    expect(runTimeLeft(run, 3)).toBe(2);
  });
});

describe('a stream that is no terminal', () => {
  test('gets one line for what begins and ends, and one for a crowd of reused steps', () => {
    const stream = new PassThrough();
    let now = 0;
    const progress = createProgress({ stream, plan, clock: () => now * 1000 });
    for (const [at, event] of untilIngredients) {
      now = at;
      progress.handle(event);
    }
    now = 30;
    progress.handle({ type: 'progress', id: 'ingredients/ft-01', done: 12, total: 16, unit: 'steps', rate: 4 });
    progress.handle({ type: 'step', id: 'ingredients/ft-01', state: 'failed', error: { message: 'The loss is NaN.' } });
    progress.handle(step('no such step', 'done'));
    progress.finish();
    expect(String(stream.read())).toMatchInlineSnapshot(`
      " 0.0 s  [ 0/33] started  datasets/mnist: Read the data set mnist
       1.0 s  [ 1/33] done     datasets/mnist in 1.0 s
       1.0 s  [ 1/33] started  stock: Pre-train the stock mae-vit-micro (mae)
       9.0 s  [ 2/33] done     stock in 8.0 s (5,000 img/s)
       9.0 s  [ 2/33] started  head: Fit the head that all ingredients start from (linear-probe)
        10 s  [ 3/33] done     head in 1.0 s
        10 s  [ 6/33] reused   3 finished steps
        10 s  [ 6/33] started  ingredients/ft-00: Fine-tune ft-00
        14 s  [ 7/33] done     ingredients/ft-00 in 4.0 s (4,000 img/s, loss 0.250)
        14 s  [ 7/33] started  ingredients/ft-01: Fine-tune ft-01
        30 s  [ 7/33] running  ingredients/ft-01: 75 %, 4,096 img/s
        30 s  [ 7/33] FAILED   ingredients/ft-01: The loss is NaN.
      "
    `);
  });

  test('that is a terminal is drawn over and left standing', () => {
    const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 100, rows: 30 });
    const progress = createProgress({ stream, plan, interactive: true });
    progress.handle(step('datasets/mnist', 'running'));
    progress.finish();
    progress.finish();
    expect(stripVTControlCharacters(String(stream.read()))).toMatch(/tiny {2}0 of 33 steps.*\n.*Data/);
  });
});
