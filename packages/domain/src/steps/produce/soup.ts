import { and, benchmarks, ensembles, eq, soupCoefficients, soups, soupTrace } from '@stockpot/db';
import { z } from 'zod';
import { soupSummary } from '../summaries.js';
import { bad, inputSteps, madeBy, output, type Scope } from './scope.js';

const recipe = z.looseObject({ method: z.string(), accept: z.enum(['>=', '>']).optional() });

/**
 * The soup's row, one coefficient a member of the pool (0 for who is not in it) and its trace. Gives the selection split.
 *
 * @param parentIds the pool, and then the stock where the method starts from it
 */
export async function writeSoup(
  scope: Scope,
  id: string,
  reported: Readonly<Record<string, unknown>>,
  parentIds: readonly string[],
): Promise<string | null> {
  const { tx, labId, step } = scope;
  const parsed = soupSummary.safeParse(reported);
  if (!parsed.success) throw bad(scope, `has a summary that is no soup's: ${z.prettifyError(parsed.error)}`);
  const summary = parsed.data;
  const { method, accept, ...parameters } = recipe.parse(step.parameters);
  const based = inputSteps(scope, 'base').length > 0;
  const poolIds = based ? parentIds.slice(0, -1) : parentIds;
  const shares = sharesOf(scope, summary.coefficients, poolIds);
  const selection = await selectionOf(scope);
  if (summary.trace.length > 0 && (selection === null || !summary.n)) {
    throw bad(scope, 'has a trace but no benchmark it was scored on');
  }
  await tx.insert(soups).values({
    labId,
    id,
    method,
    mixing: summary.mixing,
    baseId: based ? (parentIds.at(-1) ?? null) : null,
    baseCoefficient: based ? (summary.base ?? null) : null,
    certificateId: output(scope, 'certificate').artifactId,
    parameters: accept === undefined ? parameters : { ...parameters, accept },
    acceptRule: accept ?? null,
    selectionBenchmarkId: selection?.benchmarkId ?? null,
    selectionN: selection === null ? null : (summary.n ?? selection.n),
  });
  await tx.insert(soupCoefficients).values(
    shares.map(({ ingredientId, coefficient }, position) => ({
      labId,
      soupId: id,
      position,
      ingredientId,
      coefficient,
    })),
  );
  await writeTrace(scope, id, summary, poolIds);
  return selection?.splitId ?? null;
}

const search = soupSummary.pick({ trace: true, n: true });

/**
 * The row of an ensemble, and the trace of one whose members were chosen. Gives the selection split.
 *
 * @param poolIds what it was, or could have been, made of
 */
export async function writeEnsemble(
  scope: Scope,
  id: string,
  reported: Readonly<Record<string, unknown>>,
  poolIds: readonly string[],
): Promise<string | null> {
  const parsed = search.safeParse(reported);
  if (!parsed.success) throw bad(scope, `has a summary that is no ensemble's: ${z.prettifyError(parsed.error)}`);
  const { method, accept } = recipe.parse(scope.step.parameters);
  // Only where its members were chosen was there a benchmark.
  const selection = await selectionOf(scope);
  if (parsed.data.trace.length > 0 && (selection === null || !parsed.data.n)) {
    throw bad(scope, 'has a trace but no benchmark it was scored on');
  }
  const chosenBy = { acceptRule: accept ?? null, selectionBenchmarkId: selection?.benchmarkId ?? null };
  await scope.tx.insert(ensembles).values({ labId: scope.labId, id, method, ...chosenBy });
  await writeTrace(scope, id, parsed.data, poolIds);
  return selection?.splitId ?? null;
}

async function writeTrace(
  scope: Scope,
  id: string,
  { trace, n }: z.output<typeof search>,
  poolIds: readonly string[],
): Promise<void> {
  const { tx, labId } = scope;
  const rounds = trace.map(({ round, index, score, best, accepted, members, turn, removed, cached }) => {
    const candidateId = poolIds[index];
    if (candidateId === undefined) throw bad(scope, `tried the ingredient ${index} of a pool of ${poolIds.length}`);
    const decision = { accepted, members, turn: turn ?? null, removed, cached };
    return { labId, soupId: id, round, candidateId, score, best, ...decision, n: n ?? 1 };
  });
  if (rounds.length > 0) await tx.insert(soupTrace).values(rounds);
}

function sharesOf(
  scope: Scope,
  told: readonly { index: number; coefficient: number }[],
  poolIds: readonly string[],
): { ingredientId: string; coefficient: number }[] {
  const byIndex = new Map(told.map(({ index, coefficient }) => [index, coefficient]));
  if (byIndex.size !== told.length || told.some(({ index }) => index >= poolIds.length)) {
    throw bad(scope, `has coefficients that do not fit its pool of ${poolIds.length}`);
  }
  return poolIds.map((ingredientId, index) => ({ ingredientId, coefficient: byIndex.get(index) ?? 0 }));
}

/** The benchmark a choosing method scored its candidates on, and its split, which is spent by it. */
export async function selectionOf(scope: Scope): Promise<{ benchmarkId: string; splitId: string; n: number } | null> {
  const names = inputSteps(scope, 'benchmark').slice(0, 1);
  const [benchmarkId] = await madeBy(scope, names, 'benchmarkId');
  if (benchmarkId === undefined) return null;
  const [row] = await scope.tx
    .select({ splitId: benchmarks.splitId, n: benchmarks.n })
    .from(benchmarks)
    .where(and(eq(benchmarks.labId, scope.labId), eq(benchmarks.id, benchmarkId)));
  return row === undefined ? null : { benchmarkId, ...row };
}
