import { and, eq, evaluations, inArray, type Tx } from '@stockpot/db';
import { StockpotError } from '../errors.js';

/** Bitmaps that one answer may read, together: those of 140 models on the 95 versions of 5,000 images fit. */
export const MOST_BYTES = 8 * 1024 * 1024;

/** Which examples one model got right, and what is needed to compare it with another's. */
export interface Answers {
  readonly modelId: string;
  readonly benchmarkId: string;
  readonly top1: number;
  readonly spent: boolean;
  readonly n: number;
  readonly versions: number;
  /** One bit per scored example, least significant bit first, one version of all examples after the other. */
  readonly bits: Uint8Array;
}

/**
 * The answers of models on benchmarks of one lab: on all benchmarks when none are given. What was not evaluated is left out,
 * and so is a grid whose cells hold different examples, which cannot be compared image by image. Two statements; the sizes are
 * looked at before anything large is read.
 *
 * @throws StockpotError BAD_INPUT for more bitmaps than one answer may read
 */
export async function loadAnswers(
  tx: Tx,
  labId: string,
  modelIds: readonly string[],
  benchmarkIds?: readonly string[],
): Promise<Answers[]> {
  if (modelIds.length === 0 || benchmarkIds?.length === 0) return [];
  const rows = await tx
    .select({
      id: evaluations.id,
      modelId: evaluations.modelId,
      benchmarkId: evaluations.benchmarkId,
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
        benchmarkIds === undefined ? undefined : inArray(evaluations.benchmarkId, [...benchmarkIds]),
      ),
    );
  const found = rows.flatMap(({ cellN, top1, ...row }) => {
    const versions = cellN === null ? 1 : cellN.length;
    const paired = (cellN ?? []).every((n) => n === row.n) && row.examples === row.n * versions;
    return top1 === null || !paired ? [] : [{ ...row, top1, versions }];
  });
  const bytes = found.reduce((sum, { examples }) => sum + Math.ceil(examples / 8), 0);
  if (bytes > MOST_BYTES) {
    throw new StockpotError(
      'BAD_INPUT',
      `The answers of ${found.length} evaluations are ${(bytes / 1024 / 1024).toFixed(1)} MiB, more than is compared at once.`,
      'Ask for fewer models, or for one benchmark.',
    );
  }
  const blobs = await loadBits(
    tx,
    labId,
    found.map(({ id }) => id),
  );
  return found.flatMap(({ id, examples: _, ...row }) => {
    const bits = blobs.get(id);
    return bits === undefined ? [] : [{ ...row, bits }];
  });
}

async function loadBits(tx: Tx, labId: string, ids: readonly string[]): Promise<Map<string, Uint8Array>> {
  if (ids.length === 0) return new Map();
  const rows = await tx
    .select({ id: evaluations.id, bits: evaluations.correct })
    .from(evaluations)
    .where(and(eq(evaluations.labId, labId), inArray(evaluations.id, [...ids])));
  return new Map(rows.map(({ id, bits }) => [id, bits]));
}
