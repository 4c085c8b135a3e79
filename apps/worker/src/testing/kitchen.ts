import { readFileSync } from 'node:fs';
import { testDatabase } from '@stockpot/db/testing';
import { type Context, labs, type MetricSeries, metrics, type Run, runs, type Step } from '@stockpot/domain';
import { WorkerProcess, type WorkerProcessOptions, workerHome } from './worker-process.js';

/** A lab with a database of its own and workers that cook in it. */
export interface Kitchen {
  readonly databaseUrl: string;
  readonly home: string;
  readonly ctx: Context;
  startWorker(options?: Partial<WorkerProcessOptions>): Promise<WorkerProcess>;
  submit(recipeText: string): Promise<Run>;
  /** Waits until the run is over. */
  finished(runId: string): Promise<Run>;
  steps(runId: string): Promise<readonly Step[]>;
  step(runId: string, stepId: string): Promise<Step>;
  cancel(runId: string): Promise<void>;
  /** Waits until a step's loss has so many acknowledged points. */
  training(runId: string, stepId: string, points: number): Promise<void>;
  curve(stepRowId: string, series: string): Promise<MetricSeries>;
  /** Ends every worker and removes the database. */
  close(): Promise<void>;
}

const LAB = 'test';
const PATIENCE_MS = 110_000;

export async function kitchen(): Promise<Kitchen> {
  const database = await testDatabase();
  const ctx: Context = { db: database.db, actor: { type: 'system', name: 'test' } };
  await labs.create({ ctx, input: { slug: LAB, name: 'Test', visibility: 'public' } });
  const home = workerHome();
  const workers: WorkerProcess[] = [];

  const until = async <T>(what: string, look: () => Promise<T | undefined>): Promise<T> => {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      const found = await look();
      if (found !== undefined) return found;
      if (Date.now() > deadline)
        throw new Error(`Waited in vain for ${what}.\n${workers.map((w) => w.log).join('\n')}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  const steps = (runId: string) => runs.steps({ ctx, input: { run: runId } });
  const step = async (runId: string, stepId: string) => {
    const found = (await steps(runId)).find((each) => each.stepId === stepId);
    if (found === undefined) throw new Error(`The run has no step ${stepId}.`);
    return found;
  };
  const curve = async (stepRowId: string, series: string) => {
    const [found] = await metrics.series({ ctx, input: { step: stepRowId, series: [series], maxPoints: 10_000 } });
    if (found === undefined) throw new Error(`The step has no series ${series}.`);
    return found;
  };

  return {
    databaseUrl: database.url,
    home,
    ctx,
    startWorker: async (options = {}) => {
      const worker = await WorkerProcess.start({ databaseUrl: database.url, home, ...options });
      workers.push(worker);
      return worker;
    },
    submit: (recipeText) => runs.submit({ ctx, input: { lab: LAB, recipeText, format: 'yaml' } }),
    finished: (runId) =>
      until(`the end of ${runId}`, async () => {
        const run = await runs.get({ ctx, input: { run: runId } });
        return run.finishedAt === null ? undefined : run;
      }),
    steps,
    step,
    cancel: async (runId) => {
      await runs.cancel({ ctx, input: { run: runId } });
    },
    training: (runId, stepId, points) =>
      until(`${points} points of ${stepId}`, async () => {
        const row = await step(runId, stepId);
        if (!row.series.includes('loss')) return undefined;
        return (await curve(row.id, 'loss')).points >= points ? true : undefined;
      }).then(() => undefined),
    curve,
    close: async () => {
      for (const worker of workers) if (worker.child.exitCode === null) await worker.kill();
      await database.drop();
    },
  };
}

/** The text of a recipe in examples/recipes. */
export function recipe(name: string): string {
  return readFileSync(new URL(`../../../../examples/recipes/${name}.yaml`, import.meta.url), 'utf8');
}
