import { and, asc, eq, notify, onceNow, runs, steps, type Tx } from '@stockpot/db';
import type { Plan, PlanStep } from '@stockpot/engine/recipe';
import { z } from 'zod';
import { notFound } from '../errors.js';
import { type StartedRun, workerRunInput } from '../steps/types.js';
import { defineVerb } from '../verb/define-verb.js';
import { type WorkerLabGrant, workerOnRun } from '../verb/policy.js';

/** What was stored is what the compiler made: only that it is JSON needs saying again. */
const jsonObject = z.record(z.string(), z.json());

/**
 * Takes a run: marks it as running and gives its plan; null when it is over. Taking it again, or from another worker, is
 * allowed: who may write is decided step by step (`steps.begin`), and a plan is only read.
 */
export const start = defineVerb({
  name: 'runs.start',
  effect: 'write',
  policy: workerOnRun(),
  input: workerRunInput,
  async run(tx, ctx: WorkerLabGrant, input): Promise<StartedRun> {
    const mine = and(eq(runs.labId, ctx.labId), eq(runs.id, input.runId));
    const [run] = await tx.select().from(runs).where(mine).for('update');
    if (run === undefined) throw notFound('run');
    if (run.status !== 'queued' && run.status !== 'running') return null;
    if (run.status === 'queued' || run.workerId !== ctx.worker.id) {
      const startedAt = onceNow(runs.startedAt);
      await tx.update(runs).set({ status: 'running', workerId: ctx.worker.id, startedAt }).where(mine);
      await notify(tx, 'stockpot_runs', { labId: ctx.labId, runId: run.id, event: 'changed' });
    }
    return readPlan(tx, run);
  },
  audit: (input, plan) => (plan === null ? null : { object: input.runId }),
});

async function readPlan(tx: Tx, run: typeof runs.$inferSelect): Promise<Plan> {
  const rows = await tx
    .select()
    .from(steps)
    .where(and(eq(steps.labId, run.labId), eq(steps.runId, run.id)))
    .orderBy(asc(steps.position));
  const planned = rows.map(
    (row): PlanStep => ({
      id: row.stepId,
      kind: row.kind,
      title: row.title,
      parameters: jsonObject.parse(row.parameters),
      inputs: row.inputs,
      makes: row.makes,
    }),
  );
  const { name, seed, report, selection, planHash: hash } = run;
  return { name, seed, steps: planned, report, selection, hash };
}
