import { and, benchmarks, eq, newId, splits } from '@stockpot/db';
import type { BenchmarkSummary } from '../summaries.js';
import { bad, inputSteps, madeBy, output, type Scope } from './scope.js';

export async function produceBenchmark(scope: Scope, summary: BenchmarkSummary): Promise<string> {
  const { tx, labId, key, step } = scope;
  if (step.makes.type !== 'benchmark') throw bad(scope, 'is a benchmark');
  const [datasetId] = await madeBy(scope, inputSteps(scope, 'dataset').slice(0, 1), 'datasetId');
  // 'mnist/test': the plan names a split by its dataset and its own name.
  const name = step.makes.split.slice(step.makes.split.lastIndexOf('/') + 1);
  const [split] = await tx
    .select({ id: splits.id, role: splits.role })
    .from(splits)
    .where(and(eq(splits.labId, labId), eq(splits.datasetId, datasetId ?? ''), eq(splits.name, name)));
  if (split === undefined) throw bad(scope, `is on the split ${step.makes.split}, which its dataset does not have`);
  const protocol = output(scope, 'protocol');
  const [row] = await tx
    .insert(benchmarks)
    .values({
      labId,
      id: newId('bench'),
      name: step.makes.name,
      splitId: split.id,
      role: split.role,
      n: summary.n,
      protocolHash: protocol.hash,
      corruptions: summary.corruptions,
      severities: summary.severities,
      headline: summary.headline,
      protocolName: summary.protocolName ?? null,
      artifactId: protocol.artifactId,
      stepKey: key,
    })
    .onConflictDoNothing({ target: [benchmarks.labId, benchmarks.stepKey] })
    .returning({ id: benchmarks.id });
  return row?.id ?? existing(scope);
}

async function existing(scope: Scope): Promise<string> {
  const [row] = await scope.tx
    .select({ id: benchmarks.id })
    .from(benchmarks)
    .where(and(eq(benchmarks.labId, scope.labId), eq(benchmarks.stepKey, scope.key)));
  if (row === undefined) throw new Error(`The benchmark of the key ${scope.key} is neither new nor there.`);
  return row.id;
}
