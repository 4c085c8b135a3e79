import { and, eq, sql, type Tx, steps as table } from '@stockpot/db';
import { repeatOf } from '@stockpot/engine/recipe';
import type { Step } from '../runs/types.js';

type Making = Pick<Step, 'stepId' | 'kind' | 'repeat' | 'makes' | 'modelId'>;

/**
 * The ingredients that a run made or reused in one of its repeats, those of no repeat of their own among them: a pool as soups are
 * mixed from. An aligned one is left out, for it answers as the one that it was made of. Empty for a repeat that the run has not.
 */
export function poolOfRepeat(steps: readonly Making[], repeat: number): string[] {
  if (!steps.some((step) => step.repeat === repeat)) return [];
  // What no seed reaches is one step for all repeats, and has the name of the first.
  const pool = new Map<string, string | null>();
  for (const { stepId, kind, repeat: own, makes, modelId } of steps) {
    if (makes.type !== 'model' || makes.model !== 'ingredient' || kind === 'align') continue;
    const { name } = repeatOf(stepId);
    if (own === repeat || (own === 1 && !pool.has(name))) pool.set(name, modelId);
  }
  return [...pool.values()].flatMap((id) => id ?? []);
}

/** The same of each repeat of a run, in their order; of one that is still cooked what it has made. */
export async function poolsOfRun(tx: Tx, labId: string, runId: string): Promise<string[][]> {
  const { stepId, kind, repeat, makes, modelId } = table;
  const steps = await tx
    .select({ stepId, kind, repeat, makes, modelId })
    .from(table)
    .where(and(eq(table.labId, labId), eq(table.runId, runId), sql`${makes} ->> 'model' = 'ingredient'`))
    .orderBy(table.position);
  const repeats = [...new Set(steps.map((step) => step.repeat))].sort((a, b) => a - b);
  return repeats.map((one) => poolOfRepeat(steps, one));
}
