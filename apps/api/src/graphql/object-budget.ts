import { refusal } from './errors.js';
import { limits } from './limits.js';

/**
 * Counts the objects that nested lists of one operation really return. The cost model (`cost.ts`) works before
 * execution with expected list lengths; a lineage built to have thousands of children at every level would slip through
 * it, and stops here.
 */
export class ObjectBudget {
  private left: number;

  constructor(most: number = limits.objects) {
    this.left = most;
  }

  /** Passes the list on, or throws when the operation has returned too much. */
  spend<T>(list: readonly T[]): T[] {
    this.left -= list.length;
    if (this.left < 0) throw refusal(`The operation returns more than ${limits.objects} objects.`, 'TOO_EXPENSIVE');
    return [...list];
  }
}
