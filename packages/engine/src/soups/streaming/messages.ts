import type { ErrorReport } from '../../errors.js';
import type { SoupJob, TaskResult } from './job.js';

/** Places in the memory that threads share: the next task, and whether nobody is to begin another. */
export const NEXT = 0;
export const STOPPED = 1;

export interface JobMessage {
  readonly job: SoupJob;
  readonly control: Int32Array;
}

export type ThreadMessage =
  | { readonly kind: 'result'; readonly result: TaskResult }
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly error: ErrorReport };
