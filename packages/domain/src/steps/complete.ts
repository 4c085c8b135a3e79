import { notify, now, onceNow, sameAs, steps } from '@stockpot/db';
import { StockpotError } from '../errors.js';
import { defineVerb } from '../verb/define-verb.js';
import { type WorkerLabGrant, workerOnRun } from '../verb/policy.js';
import { lockStep, mustHold, type StepRow, stepIs } from './claim.js';
import { produce } from './produce/index.js';
import { findStepResult, keepResult } from './results.js';
import { type CompletedStep, completeStepInput } from './types.js';

/**
 * Commits a step's result: artifacts, the result under its key, the row it becomes, and the step's end, in one
 * transaction. Done at most once and by the step's holder only; done again, it changes nothing and says what stands. The
 * blobs must be complete in the store before this is called: from here on readers rely on them.
 */
export const complete = defineVerb({
  name: 'steps.complete',
  effect: 'write',
  policy: workerOnRun(),
  input: completeStepInput,
  async run(
    tx,
    ctx: WorkerLabGrant,
    input,
  ): Promise<CompletedStep & { readonly id: string; readonly diverged: boolean }> {
    const { step, run } = await lockStep(tx, ctx.labId, input.runId, input.stepId);
    if (step.status === 'succeeded' || step.status === 'reused') {
      const standing = await findStepResult(tx, ctx.labId, step.key ?? '');
      return { ...rowsOf(step), id: step.id, committed: false, diverged: false, outputs: standing?.outputs ?? {} };
    }
    // A result that was found under the key needs no claim: nothing was executed, so there is nothing to fence off.
    const found = input.reused && step.status === 'waiting';
    if (!found) mustHold(step, ctx);
    if (!found && step.status !== 'running') {
      throw new StockpotError('CONFLICT', `The step ${step.stepId} is ${step.status}.`, 'Begin it again first.');
    }
    if (run.status !== 'running') {
      throw new StockpotError(
        'CONFLICT',
        `The run is not running but ${run.status}.`,
        'Its steps can no longer be completed.',
      );
    }
    if (step.key !== null && step.key !== input.key) {
      throw new StockpotError(
        'BAD_INPUT',
        `The step ${step.stepId} was begun under the key ${step.key}, not ${input.key}.`,
        'Begin it again: its inputs have changed.',
      );
    }
    const { summary } = input.produced;
    const { outputs, diverged } = await keepResult(tx, ctx.labId, step, input.key, summary, input.artifacts);
    const made = await produce({ tx, labId: ctx.labId, run, step, key: input.key, outputs }, input.produced);
    await tx
      .update(steps)
      .set({
        ...made,
        status: input.reused ? 'reused' : 'succeeded',
        key: input.key,
        workerId: ctx.worker.id,
        leaseEpoch: ctx.worker.epoch,
        startedAt: onceNow(steps.startedAt),
        finishedAt: now(),
        error: null,
        progressDone: sameAs(steps.progressTotal),
      })
      .where(stepIs(ctx.labId, input.runId, input.stepId));
    await notify(tx, 'stockpot_runs', { labId: ctx.labId, runId: run.id, event: 'changed', step: step.id });
    return {
      ...rowsOf({ ...step, ...made }),
      id: step.id,
      committed: true,
      diverged,
      outputs: Object.fromEntries(
        [...outputs].map(([output, { hash, bytes, mediaType }]) => [output, { hash, bytes, mediaType }]),
      ),
    };
  },
  audit: (input, output) =>
    output.committed
      ? { object: output.id, details: { key: input.key, reused: input.reused, diverged: output.diverged } }
      : null,
});

function rowsOf(step: Pick<StepRow, 'modelId' | 'datasetId' | 'benchmarkId' | 'evaluationId' | 'analysisId'>) {
  const { modelId, datasetId, benchmarkId, evaluationId, analysisId } = step;
  return { modelId, datasetId, benchmarkId, evaluationId, analysisId };
}
