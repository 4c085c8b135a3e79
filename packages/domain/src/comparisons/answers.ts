import { and, eq, evaluations, inArray, type Tx } from '@stockpot/db';
import type { Benchmark } from '../benchmarks/types.js';

/** What is needed to compare a model with another on a benchmark, beside which examples it got right. */
export interface Answered {
  /** Of the evaluation. */
  readonly id: string;
  readonly modelId: string;
  readonly benchmarkId: string;
  /** Of the split that it was scored on. */
  readonly role: Benchmark['role'];
  readonly top1: number;
  readonly spent: boolean;
  readonly n: number;
  readonly versions: number;
}

/**
 * The evaluations of models on benchmarks of one lab that can be compared: on all benchmarks when none are given. What was not
 * evaluated is left out, and so is a grid whose cells hold different examples, which cannot be compared image by image. One
 * statement; no answer is read.
 */
export async function loadAnswered(
  tx: Tx,
  labId: string,
  modelIds: readonly string[],
  benchmarkIds?: readonly string[],
): Promise<Answered[]> {
  if (modelIds.length === 0 || benchmarkIds?.length === 0) return [];
  const rows = await tx
    .select({
      id: evaluations.id,
      modelId: evaluations.modelId,
      benchmarkId: evaluations.benchmarkId,
      role: evaluations.role,
      top1: evaluations.top1,
      spent: evaluations.spent,
      n: evaluations.n,
      examples: evaluations.examples,
      cellN: evaluations.cellN,
    })
    .from(evaluations)
    .where(
      and(
        eq(evaluations.labId, labId),
        inArray(evaluations.modelId, [...new Set(modelIds)]),
        benchmarkIds === undefined ? undefined : inArray(evaluations.benchmarkId, [...new Set(benchmarkIds)]),
      ),
    );
  return rows.flatMap(({ cellN, top1, examples, ...row }) => {
    const versions = cellN === null ? 1 : cellN.length;
    const paired = (cellN ?? []).every((n) => n === row.n) && examples === row.n * versions;
    return top1 === null || !paired ? [] : [{ ...row, top1, versions }];
  });
}

/** Bytes of the bitmap of an evaluation. */
export function bytesOf({ n, versions }: Pick<Answered, 'n' | 'versions'>): number {
  return Math.ceil((n * versions) / 8);
}
