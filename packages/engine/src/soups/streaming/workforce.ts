import { availableParallelism } from 'node:os';
import { storedBytes } from '../../checkpoints/storage.js';
import type { TensorMix } from '../mixing.js';
import type { OpenIngredients } from './ingredients.js';
import { openThreads, ownThread, type Workforce } from './threads.js';

/** Less than this is mixed before a thread has started. */
const WORTH_THREADS_BYTES = 64e6;
const MOST_THREADS = 8;
/** What whole tensors of all threads may take together. */
const MEMORY_BYTES = 250e6;

/** As many threads as pay, and as memory allows where whole tensors are needed. */
export async function workforceFor(
  { types, all }: OpenIngredients,
  mix: TensorMix,
  most: number = availableParallelism(),
): Promise<Workforce> {
  const bytes = [...types.values()].map(storedBytes);
  const total = bytes.reduce((sum, size) => sum + size, 0) * all.length;
  if (total < WORTH_THREADS_BYTES) return ownThread;
  let threads = Math.min(most, MOST_THREADS);
  if (mix.linear === undefined && mix.elementwise !== true) {
    // As f64, with about as much again for what the method and the result need.
    const largest = 2 * Math.max(...bytes) * (2 * all.length + 2);
    threads = Math.max(1, Math.min(threads, Math.floor(MEMORY_BYTES / largest)));
  }
  return threads === 1 ? ownThread : await openThreads(threads);
}
