import { and, asc, datasets, eq, inArray, splits, type Tx } from '@stockpot/db';
import type { Dataset, Split } from './types.js';

type Row = typeof datasets.$inferSelect;

/** Datasets of a lab with their splits, by name; only the given ones when `ids` is. */
export async function loadDatasets(tx: Tx, labId: string, ids?: readonly string[]): Promise<Dataset[]> {
  const rows = await tx
    .select()
    .from(datasets)
    .where(and(eq(datasets.labId, labId), ids === undefined ? undefined : inArray(datasets.id, [...ids])))
    .orderBy(asc(datasets.name), asc(datasets.id));
  const parts = await loadSplits(tx, labId, { datasetIds: rows.map((row) => row.id) });
  return rows.map((row) =>
    dataset(
      row,
      parts.filter((split) => split.datasetId === row.id),
    ),
  );
}

export async function loadSplits(
  tx: Tx,
  labId: string,
  which: { readonly datasetIds: readonly string[] } | { readonly ids: readonly string[] },
): Promise<Split[]> {
  const column = 'ids' in which ? splits.id : splits.datasetId;
  const ids = 'ids' in which ? which.ids : which.datasetIds;
  if (ids.length === 0) return [];
  return tx
    .select()
    .from(splits)
    .where(and(eq(splits.labId, labId), inArray(column, [...ids])))
    .orderBy(asc(splits.name));
}

function dataset(row: Row, parts: readonly Split[]): Dataset {
  const { id, labId, name, contentHash, classes, image, createdAt } = row;
  return { id, labId, name, contentHash, classes, image, createdAt, splits: parts };
}
