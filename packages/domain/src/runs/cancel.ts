import { and, eq, inArray, notify, now, onceNow, runs, steps } from '@stockpot/db';
import { notFound, StockpotError } from '../errors.js';
import { defineVerb } from '../verb/define-verb.js';
import { type LabGrant, labOf, member } from '../verb/policy.js';
import { loadRun } from './load.js';
import { type Run, runInput } from './types.js';

/**
 * Asks a run to stop. One that no worker has taken is cancelled at once; a running one when its worker hears of it, within
 * one training step. Finished steps keep their results. Asking twice is asking once.
 */
export const cancel = defineVerb({
  name: 'runs.cancel',
  effect: 'write',
  policy: member(
    'member',
    labOf('run', 'runs', (input: { run: string }) => input.run),
  ),
  input: runInput,
  async run(tx, ctx: LabGrant, input): Promise<Run> {
    const labId = ctx.lab.id;
    const mine = and(eq(runs.labId, labId), eq(runs.id, input.run));
    const [row] = await tx.select({ status: runs.status }).from(runs).where(mine).for('update');
    if (row === undefined) throw notFound('run');
    if (row.status !== 'queued' && row.status !== 'running') {
      throw new StockpotError(
        'CONFLICT',
        `The run is over: it has ${row.status === 'succeeded' ? 'succeeded' : `been ${row.status}`} already.`,
        'There is nothing to cancel; its results stay.',
      );
    }
    await tx
      .update(runs)
      .set({
        cancelRequestedAt: onceNow(runs.cancelRequestedAt),
        ...(row.status === 'queued' ? { status: 'cancelled' as const, finishedAt: now() } : {}),
      })
      .where(mine);
    if (row.status === 'queued') {
      await tx
        .update(steps)
        .set({ status: 'cancelled', finishedAt: now() })
        .where(and(eq(steps.labId, labId), eq(steps.runId, input.run), inArray(steps.status, ['waiting', 'running'])));
    }
    await notify(tx, 'stockpot_runs', { labId, runId: input.run, event: 'cancel' });
    const run = await loadRun(tx, labId, input.run);
    if (run === null) throw notFound('run');
    return run;
  },
  audit: (input, run) => ({ object: input.run, details: { status: run.status } }),
});
