import { and, benchmarks, eq, evaluations, models, newId, notify, spentSplits } from '@stockpot/db';
import type { z } from 'zod';
import type { produced } from '../types.js';
import { bad, madeBy, type Scope } from './scope.js';

type Result = Extract<z.output<typeof produced>, { type: 'evaluation' }>;

/** The evaluation of a model on a benchmark: one row however often it is measured (equal keys give equal numbers). */
export async function produceEvaluation(scope: Scope, result: Result): Promise<string> {
  const { tx, labId, key, step, run } = scope;
  const { makes } = step;
  if (makes.type !== 'evaluation' || makes.model !== result.modelStepId || makes.benchmark !== result.benchmarkStepId) {
    throw bad(scope, 'is of another model or benchmark than the plan says');
  }
  const [modelId] = await madeBy(scope, [makes.model], 'modelId');
  const [benchmarkId] = await madeBy(scope, [makes.benchmark], 'benchmarkId');
  const [model] = await tx
    .select({ id: models.id, kind: models.kind })
    .from(models)
    .where(and(eq(models.labId, labId), eq(models.id, modelId ?? '')));
  const [benchmark] = await tx
    .select({ id: benchmarks.id, role: benchmarks.role, splitId: benchmarks.splitId, n: benchmarks.n })
    .from(benchmarks)
    .where(and(eq(benchmarks.labId, labId), eq(benchmarks.id, benchmarkId ?? '')));
  if (model === undefined || benchmark === undefined) throw bad(scope, 'has lost its model or its benchmark');
  const spent = await tx
    .select({ splitId: spentSplits.splitId })
    .from(spentSplits)
    .where(
      and(eq(spentSplits.labId, labId), eq(spentSplits.modelId, model.id), eq(spentSplits.splitId, benchmark.splitId)),
    );
  const { summary } = result;
  if (summary.n !== benchmark.n) {
    throw bad(scope, `was taken on ${summary.n} examples, and the benchmark has ${benchmark.n}`);
  }
  const examples = checkedExamples(scope, result);
  const [row] = await tx
    .insert(evaluations)
    .values({
      labId,
      id: newId('eval'),
      modelId: model.id,
      modelKind: model.kind,
      benchmarkId: benchmark.id,
      role: benchmark.role,
      spent: spent.length > 0,
      n: summary.n,
      top1: summary.top1,
      nll: summary.nll,
      ece: summary.ece,
      brier: summary.brier,
      cellCorruption: summary.cells?.corruption ?? null,
      cellSeverity: summary.cells?.severity ?? null,
      cellN: summary.cells?.n ?? null,
      cellTop1: summary.cells?.top1 ?? null,
      meanCorruptionError: summary.meanCorruptionError ?? null,
      further: summary.further,
      calibration: summary.calibration ?? null,
      transduction: makes.transduction ?? null,
      examples,
      correct: Buffer.from(result.correct),
      forwardPasses: summary.forwardPasses,
      backwardPasses: summary.backwardPasses ?? null,
      seconds: summary.seconds,
      stepKey: key,
      runId: run.id,
    })
    .onConflictDoNothing({ target: [evaluations.labId, evaluations.modelId, evaluations.benchmarkId] })
    .returning({ id: evaluations.id });
  if (row === undefined) return existing(scope, model.id, benchmark.id);
  await notify(tx, 'stockpot_leaderboard', { labId, modelId: model.id });
  return row.id;
}

/** How many examples were scored; refuses a bitmap that does not agree with the score it stands behind. */
function checkedExamples(scope: Scope, { summary, correct }: Result): number {
  const { cells, top1 } = summary;
  if (top1 === null) {
    if (correct.length > 0) throw bad(scope, 'has no top-1, but a bitmap of examples that are right');
    return 0;
  }
  const examples = cells ? cells.n.reduce((total, n) => total + n, 0) : summary.n;
  if (correct.length !== Math.ceil(examples / 8)) {
    throw bad(scope, `has a bitmap of ${correct.length} bytes, which does not hold ${examples} examples`);
  }
  let right = 0;
  for (let byte of correct) for (; byte !== 0; byte &= byte - 1) right++;
  if (Math.abs(right - top1 * examples) > 0.5) {
    throw bad(scope, `says top-1 ${top1} of ${examples} examples, but its bitmap has ${right} right ones`);
  }
  return examples;
}

async function existing(scope: Scope, modelId: string, benchmarkId: string): Promise<string> {
  const [row] = await scope.tx
    .select({ id: evaluations.id })
    .from(evaluations)
    .where(
      and(
        eq(evaluations.labId, scope.labId),
        eq(evaluations.modelId, modelId),
        eq(evaluations.benchmarkId, benchmarkId),
      ),
    );
  if (row === undefined) throw new Error(`The evaluation of ${modelId} on ${benchmarkId} is neither new nor there.`);
  return row.id;
}
