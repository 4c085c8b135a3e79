import type { Step } from './types';

/**
 * The step whose detail is shown: the one the address names, else the one that made the model it names, else what is most
 * worth a look now: what failed, what trains, what trained last.
 */
export function stepToShow(
  steps: readonly Step[],
  wanted: { step: string | null; model: string | null },
): Step | undefined {
  return (
    steps.find((step) => step.stepId === wanted.step) ??
    steps.find((step) => wanted.model !== null && step.model?.id === wanted.model && step.kind !== 'EVALUATE') ??
    steps.find((step) => step.status === 'FAILED') ??
    steps.find((step) => step.status === 'RUNNING' && step.series.length > 0) ??
    steps.find((step) => step.status === 'RUNNING') ??
    steps.findLast((step) => step.series.length > 0) ??
    steps[0]
  );
}
