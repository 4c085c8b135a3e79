import { and, asc, eq, inArray, notify, now, onceNow, runs, steps } from '@stockpot/db';
import { notFound, StockpotError } from '../errors.js';
import { finishRunInput } from '../steps/types.js';
import { defineVerb } from '../verb/define-verb.js';
import { type WorkerLabGrant, workerOnRun } from '../verb/policy.js';
import { loadRun } from './load.js';
import type { FailureDocument, Run, RunStatus } from './types.js';

/**
 * Ends a run. Its status is computed from its steps: all done: succeeded, whoever asked for a cancellation meanwhile; one
 * failed: failed, with its error; asked to cancel: cancelled. What the worker believes (`state`, `error`) only counts where
 * the steps say nothing: it must not call a run a success that is none. Steps that were not done are then cancelled.
 * Ending an ended run changes nothing.
 */
export const finish = defineVerb({
  name: 'runs.finish',
  effect: 'write',
  policy: workerOnRun(),
  input: finishRunInput,
  async run(tx, ctx: WorkerLabGrant, input): Promise<{ readonly run: Run; readonly changed: boolean }> {
    const mine = and(eq(runs.labId, ctx.labId), eq(runs.id, input.runId));
    const [row] = await tx.select().from(runs).where(mine).for('update');
    if (row === undefined) throw notFound('run');
    const changed = row.status === 'queued' || row.status === 'running';
    if (changed) {
      const stepsOfRun = and(eq(steps.labId, ctx.labId), eq(steps.runId, row.id));
      const found = await tx
        .select({ status: steps.status, error: steps.error })
        .from(steps)
        .where(stepsOfRun)
        .orderBy(asc(steps.finishedAt), asc(steps.position));
      const { status, error } = outcome(found, row.cancelRequestedAt !== null, input);
      await tx
        .update(steps)
        .set({ status: 'cancelled', finishedAt: now() })
        .where(and(stepsOfRun, inArray(steps.status, ['waiting', 'running'])));
      await tx
        .update(runs)
        .set({ status, error, finishedAt: now(), startedAt: onceNow(runs.startedAt) })
        .where(mine);
      await notify(tx, 'stockpot_runs', { labId: ctx.labId, runId: row.id, event: 'changed' });
    }
    const run = await loadRun(tx, ctx.labId, input.runId);
    if (run === null) throw notFound('run');
    return { run, changed };
  },
  audit: (input, { run, changed }) => (changed ? { object: input.runId, details: { status: run.status } } : null),
});

function outcome(
  found: readonly { status: string; error: FailureDocument | null }[],
  cancelRequested: boolean,
  claim: { state?: string | undefined; error?: FailureDocument | undefined },
): { status: RunStatus; error: FailureDocument | null } {
  if (found.every(({ status }) => status === 'succeeded' || status === 'reused'))
    return { status: 'succeeded', error: null };
  if (cancelRequested || claim.state === 'cancelled') return { status: 'cancelled', error: null };
  const failed = found.find(({ status }) => status === 'failed');
  if (failed !== undefined) return { status: 'failed', error: failed.error ?? claim.error ?? null };
  if (claim.error !== undefined) return { status: 'failed', error: claim.error };
  const open = found.filter(({ status }) => status === 'waiting' || status === 'running').length;
  throw new StockpotError(
    'CONFLICT',
    `The run is not finished: ${open} of its ${found.length} steps are still to do.`,
    'Finish or fail its steps first, or give the error that ends it.',
  );
}
