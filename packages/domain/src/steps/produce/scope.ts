import { and, eq, inArray, type runs, steps, type Tx } from '@stockpot/db';
import { StockpotError } from '../../errors.js';
import type { StepRow } from '../claim.js';
import type { StandingOutputs } from '../results.js';

/** A step being completed, and what stands under its key. */
export interface Scope {
  readonly tx: Tx;
  readonly labId: string;
  readonly run: typeof runs.$inferSelect;
  readonly step: StepRow;
  readonly key: string;
  readonly outputs: StandingOutputs;
}

/** Which of a step's result columns is filled. */
export type Made = Partial<Pick<StepRow, 'modelId' | 'datasetId' | 'benchmarkId' | 'evaluationId' | 'analysisId'>>;

export function output(scope: Scope, name: string): { readonly artifactId: string; readonly hash: string } {
  const found = scope.outputs.get(name);
  if (found !== undefined) return found;
  throw bad(scope, `has no output named ${name}; it has ${[...scope.outputs.keys()].join(', ')}`);
}

/** The steps of the same run that were named, by name. Each must be done. */
export async function doneSteps(scope: Scope, names: readonly string[]): Promise<Map<string, StepRow>> {
  if (names.length === 0) return new Map();
  const rows = await scope.tx
    .select()
    .from(steps)
    .where(
      and(
        eq(steps.labId, scope.labId),
        eq(steps.runId, scope.run.id),
        inArray(steps.stepId, [...new Set(names)]),
        inArray(steps.status, ['succeeded', 'reused']),
      ),
    );
  const found = new Map(rows.map((row) => [row.stepId, row]));
  for (const name of names) {
    if (!found.has(name)) throw bad(scope, `needs the step ${name} of the same run to be done, and it is not`);
  }
  return found;
}

/** The row that another step of the run became. */
export async function madeBy(
  scope: Scope,
  names: readonly string[],
  column: 'modelId' | 'datasetId' | 'benchmarkId',
): Promise<string[]> {
  const found = await doneSteps(scope, names);
  return names.map((name) => {
    const id = found.get(name)?.[column] ?? null;
    if (id === null) throw bad(scope, `needs the step ${name} to have made a ${column.slice(0, -2)}, and it has not`);
    return id;
  });
}

/** Names of the steps that fill an input. */
export function inputSteps(scope: Scope, role: string): string[] {
  return (scope.step.inputs[role] ?? []).map((input) => input.step);
}

export function bad(scope: Scope, what: string): StockpotError {
  return new StockpotError(
    'BAD_INPUT',
    `The result of the step ${scope.step.stepId} ${what}.`,
    'The worker and the plan disagree: run workers and servers of one version.',
  );
}
