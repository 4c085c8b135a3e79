export { canRedraw, createProgress, type Progress, type ProgressOptions } from './create-progress.js';
export type { ProgressEvent, ProgressPlan, StepState } from './run-state.js';
