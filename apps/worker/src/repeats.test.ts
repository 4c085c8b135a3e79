import { evaluations, leaderboard, seeds } from '@stockpot/domain';
import { afterEach, expect, it } from 'vitest';
import { type Kitchen, kitchen, recipe } from './testing/kitchen.js';

let open: Kitchen | undefined;
afterEach(() => open?.close());

it('cooks one repeat more, and no step of the repeats before; what it made is one observation more', {
  timeout: 240_000,
}, async () => {
  open = await kitchen();
  const { ctx, startWorker, submit, finished, steps } = open;
  await startWorker();
  const text = recipe('repeats');
  const twice = await submit(text.replace('repeats: 3', 'repeats: 2'));
  expect(await finished(twice.id)).toMatchObject({ status: 'succeeded', error: null });
  const thrice = await submit(text);
  expect(await finished(thrice.id)).toMatchObject({ status: 'succeeded', error: null });
  const made = await steps(thrice.id);
  expect(new Set(made.map(({ repeat }) => repeat))).toEqual(new Set([1, 2, 3]));
  const executed = made.filter(({ status }) => status === 'succeeded');
  expect(executed.map(({ repeat }) => repeat)).toEqual(executed.map(() => 3));
  // Other seeds train other weights.
  const checkpoint = (id: string) =>
    made.find(({ stepId }) => stepId === id)?.artifacts.find(({ output }) => output === 'checkpoint')?.artifact.hash;
  expect(new Set(['', '@2', '@3'].map((repeat) => checkpoint(`ingredients/ft-00${repeat}`))).size).toBe(3);

  const lab = 'test';
  const methods = await seeds.methods({ ctx, input: { lab, versus: null } });
  expect(methods.map(({ name }) => name).sort()).toEqual(['best of 3', 'ft-ensemble', 'greedy', 'uniform']);
  const { edges, columns } = await leaderboard.list({ ctx, input: { lab, first: 100 } });
  const test = columns.find(({ name }) => name === 'test')?.id ?? '';
  for (const name of ['greedy', 'uniform', 'ft-ensemble']) {
    const models = edges.flatMap(({ node: { model } }) => (model.name.split('@')[0] === name ? [model.id] : []));
    expect(models).toHaveLength(3);
    const top1 = await Promise.all(
      models.map(async (model) => {
        const found = await evaluations.forModel({ ctx, input: { model } });
        return found.find(({ benchmarkId }) => benchmarkId === test)?.top1 ?? Number.NaN;
      }),
    );
    const method = methods.find((one) => one.name === name);
    expect(method?.repeats).toBe(3);
    expect(method?.scores.find(({ benchmarkId }) => benchmarkId === test)).toMatchObject({
      n: 3,
      mean: expect.closeTo(top1.reduce((sum, one) => sum + one, 0) / 3, 12),
    });
  }
});
