import { and, eq, holdsLease, runs, steps, type Tx } from '@stockpot/db';
import { notFound, StaleLeaseError } from '../errors.js';
import type { WorkerLabGrant } from '../verb/policy.js';

export type StepRow = typeof steps.$inferSelect;

export function stepIs(labId: string, runId: string, stepId: string) {
  return and(eq(steps.labId, labId), eq(steps.runId, runId), eq(steps.stepId, stepId));
}

/** The step and its run, both locked until the transaction ends; the run first, as everybody who locks both does. */
export async function lockStep(
  tx: Tx,
  labId: string,
  runId: string,
  stepId: string,
): Promise<{ step: StepRow; run: typeof runs.$inferSelect }> {
  // Shared: two steps of one run are worked on side by side, but nobody ends the run under us.
  const [run] = await tx
    .select()
    .from(runs)
    .where(and(eq(runs.labId, labId), eq(runs.id, runId)))
    .for('share');
  const [step] = await tx
    .select()
    .from(steps)
    .where(stepIs(labId, runId, stepId))
    .for('update');
  if (run === undefined || step === undefined) throw notFound('step');
  return { step, run };
}

/** Whether this very lease holds the step: not an earlier life of the same worker, nor another one. */
export function heldBy(step: StepRow, { worker }: WorkerLabGrant): boolean {
  return step.workerId === worker.id && step.leaseEpoch === worker.epoch;
}

/** Refuses who does not hold the step: its lease was good when it began, but somebody else took the step since. */
export function mustHold(step: StepRow, ctx: WorkerLabGrant): void {
  if (!heldBy(step, ctx)) {
    throw new StaleLeaseError(`The step ${step.stepId} is not this worker's (any more): another one began it.`);
  }
}

/** Whether somebody else, alive, works on the step. */
export async function isTaken(tx: Tx, step: StepRow, ctx: WorkerLabGrant): Promise<boolean> {
  if (step.status !== 'running' || step.workerId === null || step.leaseEpoch === null) return false;
  return step.workerId !== ctx.worker.id && (await holdsLease(tx, step.workerId, step.leaseEpoch, false));
}
