import type { StepKind } from './plan.js';

/** Whether a step takes times: whoever runs steps lets nothing else compute while one of these does. */
export function runsAlone(kind: StepKind): boolean {
  return kind === 'cost';
}
