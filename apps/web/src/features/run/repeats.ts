import type { Step } from './types';

/** The repeats of a run's recipe, in order: [1] for one that is cooked once. */
export function repeatsOf(steps: readonly Pick<Step, 'repeat'>[]): number[] {
  return [...new Set(steps.map(({ repeat }) => repeat))].sort((a, b) => a - b);
}

/**
 * A repeat by itself: its steps and, of those that all share, which are of the first, the ones that it is made from. In the order
 * of the plan. What is done with the models of all repeats stands with the first and brings the others' along to none.
 */
export function stepsOfRepeat<Given extends Pick<Step, 'repeat' | 'stepId' | 'dependsOn'>>(
  steps: readonly Given[],
  repeat: number,
): Given[] {
  const wanted = new Set<string>();
  for (const step of steps.toReversed()) {
    if (step.repeat !== repeat && !(step.repeat === 1 && wanted.has(step.stepId))) continue;
    wanted.add(step.stepId);
    for (const needed of step.dependsOn) wanted.add(needed);
  }
  return steps.filter((step) => wanted.has(step.stepId) && (step.repeat === repeat || step.repeat === 1));
}
