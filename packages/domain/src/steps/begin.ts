import { notify, onceNow, steps } from '@stockpot/db';
import { StockpotError } from '../errors.js';
import { defineVerb } from '../verb/define-verb.js';
import { type WorkerLabGrant, workerOnRun } from '../verb/policy.js';
import { isTaken, lockStep, stepIs } from './claim.js';
import { type BegunStep, beginStepInput } from './types.js';

/**
 * Claims a step for this worker's lease and counts an attempt. A step that is done stays done (`finished`); one that
 * another live worker holds is refused; one whose holder died is taken over. A failed step may be begun again.
 */
export const begin = defineVerb({
  name: 'steps.begin',
  effect: 'write',
  policy: workerOnRun(),
  input: beginStepInput,
  async run(tx, ctx: WorkerLabGrant, input): Promise<BegunStep> {
    const { step, run } = await lockStep(tx, ctx.labId, input.runId, input.stepId);
    if (step.status === 'succeeded' || step.status === 'reused') {
      return { id: step.id, attempt: step.attempts, finished: true };
    }
    if (run.status !== 'running') {
      throw new StockpotError('CONFLICT', `The run is not running but ${run.status}.`, 'Do not begin its steps.');
    }
    if (await isTaken(tx, step, ctx)) {
      throw new StockpotError(
        'CONFLICT',
        `Another worker works on the step ${step.stepId}.`,
        'Wait for its result; it is taken over when that worker dies.',
      );
    }
    const attempt = Math.max(step.attempts + (input.attempt === undefined ? 1 : 0), input.attempt ?? 1);
    await tx
      .update(steps)
      .set({
        status: 'running',
        key: input.key,
        attempts: attempt,
        workerId: ctx.worker.id,
        leaseEpoch: ctx.worker.epoch,
        startedAt: onceNow(steps.startedAt),
        finishedAt: null,
        error: null,
        progressDone: null,
        progressTotal: null,
        progressUnit: null,
        progressRate: null,
      })
      .where(stepIs(ctx.labId, input.runId, input.stepId));
    await notify(tx, 'stockpot_runs', { labId: ctx.labId, runId: input.runId, event: 'changed', step: step.id });
    return { id: step.id, attempt, finished: false };
  },
  audit: (input, output) =>
    output.finished ? null : { object: output.id, details: { key: input.key, attempt: output.attempt } },
});
