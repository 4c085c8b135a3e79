import type { Cells } from '../cells.js';
import { EvaluationError } from '../errors.js';
import type { ReferenceErrors } from './reference-errors.js';

export interface CorruptionErrors {
  /** Name of the model that normalises. */
  readonly reference: string;
  /** CE of each corruption: the error summed over severities, in per cent of the reference's. */
  readonly ce: Readonly<Record<string, number>>;
  /** Mean of the CEs, in per cent: 100 is as robust as the reference. */
  readonly mce: number;
  /** How much each corruption adds to the clean error, in per cent of what it adds to the reference's; null without that error. */
  readonly relativeCe: Readonly<Record<string, number>> | null;
  readonly relativeMce: number | null;
}

/**
 * CE, mCE and relative mCE as Hendrycks and Dietterich (2019) define them, section 4:
 * CE_c = Σ_s E_sc / Σ_s R_sc, relative CE_c = Σ_s (E_sc − E_clean) / Σ_s (R_sc − R_clean), each ×100, and their means over the
 * corruptions of the reference. Throws EvaluationError unless the cells are exactly these corruptions and severities: the mean
 * over 19 corruptions, or over some, is another number.
 *
 * @param cleanError top-1 error of the model on uncorrupted images, 0 … 1; null where it was not measured
 */
export function corruptionErrors(
  cells: Cells,
  cleanError: number | null,
  reference: ReferenceErrors,
): CorruptionErrors {
  const sums = errorSums(cells, reference);
  const count = reference.severities.length;
  const entries = Object.entries(reference.errors);
  const ce = entries.map(([name, error]): [string, number] => [name, (100 * (sums.get(name) ?? 0)) / (count * error)]);
  const relative =
    cleanError === null
      ? null
      : entries.map(([name, error]): [string, number] => [
          name,
          (100 * ((sums.get(name) ?? 0) - count * cleanError)) / (count * (error - reference.clean)),
        ]);
  return {
    reference: reference.name,
    ce: Object.fromEntries(ce),
    mce: meanOf(ce),
    relativeCe: relative === null ? null : Object.fromEntries(relative),
    relativeMce: relative === null ? null : meanOf(relative),
  };
}

/** The cell with the lowest accuracy; the first of equal ones. */
export function worstCell(cells: Cells): { corruption: string; severity: number; top1: number; n: number } {
  const top1 = Math.min(...cells.top1);
  const at = cells.top1.indexOf(top1);
  const [corruption, severity, n] = [cells.corruption[at], cells.severity[at], cells.n[at]];
  if (corruption === undefined || severity === undefined || n === undefined) {
    throw new EvaluationError('There are no cells to find the worst of.', 'Evaluate a corruption benchmark.');
  }
  return { corruption, severity, top1, n };
}

function errorSums(cells: Cells, { name, errors, severities }: ReferenceErrors): Map<string, number> {
  const sums = new Map<string, number>();
  const seen = new Set<string>();
  for (const [index, corruption] of cells.corruption.entries()) {
    const severity = cells.severity[index] ?? 0;
    const key = `${corruption} at severity ${severity}`;
    if (!Object.hasOwn(errors, corruption) || !severities.includes(severity) || seen.has(key)) {
      throw new EvaluationError(
        seen.has(key) ? `The benchmark has ${key} twice.` : `${name} knows no error for ${key}.`,
        `Evaluate exactly its ${Object.keys(errors).length} corruptions at severities ${severities.join(', ')}, or report the plain mean error.`,
      );
    }
    seen.add(key);
    sums.set(corruption, (sums.get(corruption) ?? 0) + 1 - (cells.top1[index] ?? 0));
  }
  const missing = Object.keys(errors).flatMap((corruption) =>
    severities
      .filter((severity) => !seen.has(`${corruption} at severity ${severity}`))
      .map((s) => `${corruption} at ${s}`),
  );
  if (missing.length > 0) {
    throw new EvaluationError(
      `The benchmark lacks ${missing.length} of the cells that ${name} is the normaliser of, first ${missing[0]}.`,
      'Evaluate all of them, or report the plain mean error.',
    );
  }
  return sums;
}

function meanOf(entries: readonly (readonly [string, number])[]): number {
  return entries.reduce((sum, [, value]) => sum + value, 0) / entries.length;
}
