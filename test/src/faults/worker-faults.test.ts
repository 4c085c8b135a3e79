import { readFileSync } from 'node:fs';
import type { Step } from '@stockpot/domain';
import { afterEach, describe, expect, it } from 'vitest';
import { type Kitchen, kitchen, recipe } from '../../../apps/worker/src/testing/kitchen.js';

const kitchens: Kitchen[] = [];
afterEach(async () => {
  for (const each of kitchens.splice(0)) await each.close();
});

async function newKitchen(): Promise<Kitchen> {
  const made = await kitchen();
  kitchens.push(made);
  return made;
}

/** The tiny recipe with a pre-training of several seconds, so that a fault can strike in between. */
const longRecipe = recipe('tiny').replace(
  'epochs: 1\n    batch: 64\n    lr: 1.0e-3',
  'epochs: 60\n    batch: 64\n    lr: 1.0e-3',
);
/** A worker that counts as dead after three seconds instead of fifteen. */
const impatient = { STOCKPOT_HEARTBEAT_SECONDS: '0.5', STOCKPOT_DEAD_AFTER_SECONDS: '3' };

const hashes = (steps: readonly Step[]) =>
  steps.map((step) => [step.stepId, step.artifacts.map(({ output, artifact }) => [output, artifact.hash])]);

async function undisturbed(): Promise<readonly Step[]> {
  const { startWorker, submit, finished, steps } = await newKitchen();
  await startWorker();
  const run = await submit(longRecipe);
  await finished(run.id);
  return steps(run.id);
}

describe('a worker that is killed while it trains', { timeout: 240_000 }, () => {
  it('goes on when it is started again: no finished step is repeated, no acknowledged point is lost, same bytes', async () => {
    const { startWorker, submit, finished, training, steps, step, curve } = await newKitchen();
    const worker = await startWorker();
    const run = await submit(longRecipe);
    await training(run.id, 'stock', 30);
    const before = await steps(run.id);
    const finishedBefore = before.filter((each) => each.status === 'succeeded').map((each) => each.stepId);
    const stock = await step(run.id, 'stock');
    const acknowledged = await curve(stock.id, 'loss');
    await worker.kill();

    const killed = performance.now();
    await startWorker();
    await training(run.id, 'stock', acknowledged.points + 1);
    const recovery = (performance.now() - killed) / 1000;
    expect(recovery).toBeLessThan(10);
    expect(await finished(run.id)).toMatchObject({ status: 'succeeded' });

    const after = await steps(run.id);
    expect(finishedBefore.length).toBeGreaterThan(0);
    expect(after.filter((each) => finishedBefore.includes(each.stepId)).every((each) => each.attempts === 1)).toBe(
      true,
    );
    const whole = await curve(stock.id, 'loss');
    expect(whole.steps).toEqual(Array.from({ length: 960 }, (_, i) => i));
    expect(whole.values.slice(0, acknowledged.steps.length)).toEqual([...acknowledged.values]);
    expect(hashes(after)).toEqual(hashes(await undisturbed()));
  });

  it('has its work taken over by another worker when it stays away', async () => {
    const { startWorker, submit, finished, training, steps } = await newKitchen();
    const first = await startWorker({ workerId: 'first', environment: impatient });
    const run = await submit(longRecipe);
    await training(run.id, 'stock', 30);
    await first.kill();
    await startWorker({ workerId: 'second', environment: impatient });
    expect(await finished(run.id)).toMatchObject({ status: 'succeeded' });
    expect(hashes(await steps(run.id))).toEqual(hashes(await undisturbed()));
  });
});

describe('a worker that is paused and wakes up', { timeout: 240_000 }, () => {
  it('writes nothing any more: its lease is over, and it ends', async () => {
    const { startWorker, submit, finished, training, steps, ctx } = await newKitchen();
    const sleeper = await startWorker({ workerId: 'sleeper', environment: impatient });
    const run = await submit(longRecipe);
    await training(run.id, 'stock', 30);
    // Its engine goes on alone for a while; what it tells a stopped worker waits in a pipe.
    sleeper.child.kill('SIGSTOP');
    await startWorker({ workerId: 'other', environment: impatient });
    expect(await finished(run.id)).toMatchObject({ status: 'succeeded' });
    const before = await snapshot(ctx.db.pool);
    sleeper.child.kill('SIGCONT');
    expect(await sleeper.exited, sleeper.log).toEqual({ code: 75, signal: null });
    expect(await snapshot(ctx.db.pool)).toEqual(before);
    expect(sleeper.log).toContain('the lease is over');
    expect(hashes(await steps(run.id))).toEqual(hashes(await undisturbed()));
  });
});

describe('a step that takes its engine down', { timeout: 240_000 }, () => {
  it('is tried three times and then fails with the cause', async () => {
    const { startWorker, submit, finished, step } = await newKitchen();
    const worker = await startWorker({ environment: { STOCKPOT_SLOTS: '1' } });
    const run = await submit(longRecipe.replace('epochs: 60', 'epochs: 6000'));
    let over = false;
    const end = finished(run.id).finally(() => {
      over = true;
    });
    while (!over) {
      // As the kernel does when memory runs out: the engine goes, before it has written a checkpoint.
      if ((await step(run.id, 'stock')).status === 'running')
        for (const pid of childrenOf(worker.pid)) process.kill(pid, 'SIGKILL');
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    expect(await end).toMatchObject({ status: 'failed' });
    const { error } = await step(run.id, 'stock');
    expect(error?.name).toBe('StepCrashesWorkerError');
    expect(error?.message).toContain('took the process that ran it down 3 times');
    expect(error?.message).toContain('SIGKILL');
  });
});

function childrenOf(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return text === '' ? [] : text.split(' ').map(Number);
}

/** Everything that a step's execution writes, as counts and times: equal before and after a zombie woke up. */
async function snapshot(pool: Kitchen['ctx']['db']['pool']): Promise<unknown> {
  const { rows } = await pool.query(
    `select (select count(*) from metric_chunks) as chunks, (select count(*) from models) as models,
            (select count(*) from evaluations) as evaluations, (select count(*) from step_results) as results,
            (select max(finished_at) from steps) as finished, (select sum(attempts) from steps) as attempts`,
  );
  return rows[0];
}
