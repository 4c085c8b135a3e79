import { and, datasets, eq, newId, splits } from '@stockpot/db';
import type { DatasetSummary } from '../summaries.js';
import { bad, output, type Scope } from './scope.js';

export async function produceDataset(scope: Scope, summary: DatasetSummary): Promise<string> {
  const { tx, labId, key, step } = scope;
  if (step.makes.type !== 'dataset') throw bad(scope, 'is a dataset');
  const [row] = await tx
    .insert(datasets)
    .values({
      labId,
      id: newId('ds'),
      name: step.makes.name,
      contentHash: summary.contentHash,
      classes: summary.classes,
      image: summary.image,
      artifactId: output(scope, 'manifest').artifactId,
      stepKey: key,
    })
    .onConflictDoNothing({ target: [datasets.labId, datasets.stepKey] })
    .returning({ id: datasets.id });
  if (row === undefined) return existing(scope);
  await tx.insert(splits).values(
    summary.splits.map(({ name, role, n, contentHash }) => ({
      labId,
      id: newId('split'),
      datasetId: row.id,
      name,
      role,
      n,
      contentHash,
    })),
  );
  return row.id;
}

async function existing(scope: Scope): Promise<string> {
  const [row] = await scope.tx
    .select({ id: datasets.id })
    .from(datasets)
    .where(and(eq(datasets.labId, scope.labId), eq(datasets.stepKey, scope.key)));
  if (row === undefined) throw new Error(`The dataset of the key ${scope.key} is neither new nor there.`);
  return row.id;
}
