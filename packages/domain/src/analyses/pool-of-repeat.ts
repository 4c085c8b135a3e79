import { repeatOf } from '@stockpot/engine/recipe';
import type { Step } from '../runs/types.js';

/**
 * The ingredients that a run made or reused in one of its repeats, those of no repeat of their own among them: a pool as soups are
 * mixed from. An aligned one is left out, for it answers as the one that it was made of. Empty for a repeat that the run has not.
 */
export function poolOfRepeat(
  steps: readonly Pick<Step, 'stepId' | 'kind' | 'repeat' | 'makes' | 'modelId'>[],
  repeat: number,
): string[] {
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
