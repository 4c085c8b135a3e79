import type { StepRecord } from '../artifacts/step-index.js';
import type { ErrorReport } from '../errors.js';
import type { StepEvent } from './messages.js';

export type StepState = 'waiting' | 'running' | 'done' | 'reused' | 'failed' | 'cancelled';

/** What happens to the steps of a run. `id` is the step's id within the plan. */
export type CookEvent =
  | { readonly type: 'step'; readonly id: string; readonly state: 'waiting' }
  | { readonly type: 'step'; readonly id: string; readonly state: 'running' | 'cancelled'; readonly key: string }
  | {
      readonly type: 'step';
      readonly id: string;
      readonly state: 'done' | 'reused';
      readonly key: string;
      readonly result: StepRecord;
    }
  | { readonly type: 'step'; readonly id: string; readonly state: 'failed'; readonly error: ErrorReport }
  | (StepEvent & { readonly id: string });
