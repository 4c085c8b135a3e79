import { notify, now, steps } from '@stockpot/db';
import { defineVerb } from '../verb/define-verb.js';
import { type WorkerLabGrant, workerOnRun } from '../verb/policy.js';
import { lockStep, mustHold, stepIs } from './claim.js';
import { failStepInput } from './types.js';

/**
 * Records that a step failed, and why. When the run was asked to stop it counts as cancelled: what failed then failed of
 * stopping. A step that is done cannot fail any more: the call changes nothing.
 */
export const fail = defineVerb({
  name: 'steps.fail',
  effect: 'write',
  policy: workerOnRun(),
  input: failStepInput,
  async run(tx, ctx: WorkerLabGrant, input): Promise<{ readonly id: string; readonly changed: boolean }> {
    const { step, run } = await lockStep(tx, ctx.labId, input.runId, input.stepId);
    mustHold(step, ctx);
    if (step.status !== 'running') return { id: step.id, changed: false };
    const cancelled = run.cancelRequestedAt !== null;
    await tx
      .update(steps)
      .set({
        status: cancelled ? 'cancelled' : 'failed',
        error: cancelled ? null : input.error,
        finishedAt: now(),
      })
      .where(stepIs(ctx.labId, input.runId, input.stepId));
    await notify(tx, 'stockpot_runs', { labId: ctx.labId, runId: input.runId, event: 'changed', step: step.id });
    return { id: step.id, changed: true };
  },
  audit: (input, output) => (output.changed ? { object: output.id, details: { error: input.error.name } } : null),
});
