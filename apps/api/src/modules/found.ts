import { StockpotError } from '@stockpot/domain';

/**
 * A nullable field's answer: null when there is no such object, which is also the answer when the viewer may not know
 * that there is. Every other failure goes on.
 */
export async function orNull<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof StockpotError && error.code === 'NOT_FOUND') return null;
    throw error;
  }
}

/** An object that another object's foreign key promises. Its absence is a fault of ours, not an answer. */
export function promised<T>(what: string, id: string, value: T | null): T {
  if (value === null) throw new Error(`${what} ${id} is referenced and was not found`);
  return value;
}
