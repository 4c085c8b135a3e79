import { notify, steps } from '@stockpot/db';
import { defineVerb } from '../verb/define-verb.js';
import { type WorkerLabGrant, workerOnRun } from '../verb/policy.js';
import { lockStep, mustHold, stepIs } from './claim.js';
import { progressInput } from './types.js';

/** Says how far a step is; the last word counts. Said of a step that is over, it is not heard. */
export const progress = defineVerb({
  name: 'steps.progress',
  effect: 'telemetry',
  policy: workerOnRun(),
  input: progressInput,
  async run(tx, ctx: WorkerLabGrant, input): Promise<void> {
    const { step } = await lockStep(tx, ctx.labId, input.runId, input.stepId);
    mustHold(step, ctx);
    if (step.status !== 'running') return;
    await tx
      .update(steps)
      .set({
        progressDone: input.done,
        progressTotal: input.total,
        progressUnit: input.unit,
        progressRate: input.rate ?? null,
      })
      .where(stepIs(ctx.labId, input.runId, input.stepId));
    await notify(tx, 'stockpot_runs', { labId: ctx.labId, runId: input.runId, event: 'changed', step: step.id });
  },
});
