import { analyses, analysisModels, and, benchmarks, eq, newId } from '@stockpot/db';
import { type AnalysisDocument, type AnalysisName, analysisDocuments } from '@stockpot/engine/analysis/documents';
import { z } from 'zod';
import { assertStorable } from '../../analyses/stored/storable.js';
import { versionsOf } from '../../benchmarks/versions.js';
import type { produced } from '../types.js';
import { bad, inputSteps, madeBy, output, type Scope } from './scope.js';

type Result = Extract<z.output<typeof produced>, { type: 'analysis' }>;

/** The analysis of the step's key: a new row and the models it is about; or the row that is there. */
export async function produceAnalysis(scope: Scope, result: Result): Promise<string> {
  const { tx, labId, key, step, run } = scope;
  const { makes } = step;
  if (makes.type !== 'analysis') throw bad(scope, 'is an analysis');
  const document = parsed(scope, makes.analysis, result.document);
  const soupId = await checkSubjects(scope, document);
  const modelIds = await madeBy(scope, makes.models, 'modelId');
  const benchmarkId = await checkedBenchmark(scope, makes.benchmark, document);
  const [row] = await tx
    .insert(analyses)
    .values({
      labId,
      id: newId('ana'),
      name: makes.name,
      kind: document.analysis,
      benchmarkId,
      soupId,
      document: result.document,
      artifactId: output(scope, 'document').artifactId,
      stepKey: key,
      runId: run.id,
    })
    .onConflictDoNothing({ target: [analyses.labId, analyses.stepKey] })
    .returning({ id: analyses.id });
  if (row === undefined) return existing(scope);
  await tx.insert(analysisModels).values(
    modelIds.map((modelId, position) => {
      const name = document.models[position] ?? '';
      return { labId, analysisId: row.id, position, modelId, name };
    }),
  );
  return row.id;
}

function parsed(scope: Scope, kind: AnalysisName, told: Readonly<Record<string, unknown>>): AnalysisDocument {
  assertStorable(Buffer.byteLength(JSON.stringify(told)));
  const document = analysisDocuments[kind].safeParse(told);
  if (!document.success) throw bad(scope, `is no document of ${kind}: ${z.prettifyError(document.error)}`);
  return document.data;
}

/** What the plan calls the models; not how the run that first made them did. Snapshots of one training have names of their own. */
const named = z.looseObject({ name: z.string() });
const asked = z.looseObject({ models: z.array(named), soup: named.nullable() });

/** Refuses a document about other models than the plan's. Gives the soup whose search was looked at. */
async function checkSubjects(scope: Scope, document: AnalysisDocument): Promise<string | null> {
  const { models: planned, soup } = asked.parse(scope.step.parameters);
  const names = planned.map(({ name }) => name);
  if (names.join('\n') !== document.models.join('\n')) {
    throw bad(scope, `is about ${document.models.join(', ')}, where the plan says ${names.join(', ')}`);
  }
  const searched = searchedSoup(document);
  if (searched !== (soup?.name ?? null)) {
    throw bad(scope, `is about the search of ${searched ?? 'no soup'}, where the plan says ${soup?.name ?? 'none'}`);
  }
  const [soupId] = await madeBy(scope, inputSteps(scope, 'search').slice(0, 1), 'modelId');
  return soupId ?? null;
}

function searchedSoup(document: AnalysisDocument): string | null {
  if (document.analysis === 'why') return document.soup;
  return document.analysis === 'what-if' ? (document.recorded?.name ?? null) : null;
}

/** The benchmark that the plan names and whose examples the document speaks of; null where neither has one. */
async function checkedBenchmark(
  scope: Scope,
  planned: string | null,
  document: AnalysisDocument,
): Promise<string | null> {
  const examined = 'examined' in document ? document.examined : null;
  if (planned === null && examined === null) return null;
  if (planned === null || examined === null) {
    throw bad(scope, planned === null ? 'was taken on examples, and the plan names no benchmark' : 'names no examples');
  }
  const [benchmarkId] = await madeBy(scope, [planned], 'benchmarkId');
  const [benchmark] = await scope.tx
    .select()
    .from(benchmarks)
    .where(and(eq(benchmarks.labId, scope.labId), eq(benchmarks.id, benchmarkId ?? '')));
  if (benchmark === undefined) throw bad(scope, 'has lost its benchmark');
  const { hash, role, n, rows } = examined;
  const wanted = [benchmark.protocolHash, benchmark.role, benchmark.n, benchmark.n * versionsOf(benchmark)];
  if (wanted.join() !== [hash, role, n, rows].join()) {
    throw bad(
      scope,
      `was taken on ${n} examples in ${rows} rows of the protocol ${hash} (${role ?? 'of no role'}), which is not the benchmark ${planned}`,
    );
  }
  return benchmark.id;
}

async function existing(scope: Scope): Promise<string> {
  const [row] = await scope.tx
    .select({ id: analyses.id })
    .from(analyses)
    .where(and(eq(analyses.labId, scope.labId), eq(analyses.stepKey, scope.key)));
  if (row === undefined) throw new Error(`The analysis of the key ${scope.key} is neither new nor there.`);
  return row.id;
}
