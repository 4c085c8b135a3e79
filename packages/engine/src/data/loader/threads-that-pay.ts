import { availableParallelism } from 'node:os';
import type { BatchPlan } from '../batches.js';
import type { Split } from '../dataset.js';

const MOST_THREADS = 8;
/** Values of one image, over all of its views, from which on a thread of its own pays for pixels in memory. */
const PAYS_FROM = 3 * 64 * 64;

/**
 * Threads that the loader takes when nobody says how many: half of the machine's cores for images that are decoded or whose
 * views are large. None for small images in memory: what a thread saves there is less than what it costs to start it and
 * to hold the images twice (docs/augmentation.md has the figures).
 *
 * @param plan.image [c, h, w] that the model takes; the split's own size when left out
 */
export function threadsThatPay(
  { image, views }: Pick<BatchPlan, 'image' | 'views'>,
  split: Pick<Split, 'encoded' | 'image'>,
): number {
  const half = Math.min(MOST_THREADS, Math.max(1, Math.floor(availableParallelism() / 2)));
  if (split.encoded) return half;
  const [channels, height, width] = image ?? split.image;
  const sides = views?.map(({ size }) => [size ?? height, size ?? width] as const) ?? [[height, width] as const];
  const values = channels * sides.reduce((sum, [high, wide]) => sum + high * wide, 0);
  return values < PAYS_FROM ? 0 : half;
}
