import { symmetricMatrix } from '../square.js';
import type { PartialMatrix } from '../weight-space/geometry.js';
import type { Features } from './features.js';
import { MinibatchCka, SMALLEST_BATCH } from './minibatch-cka.js';

/** Examples of one batch: time grows with their square, and the estimate is unbiased for any number. */
const BATCH = 256;

/**
 * CKA of every pair of a pool from features that are all there (`MinibatchCka`). A last batch of fewer than four examples is
 * left out.
 *
 * @param features of the same examples from each model
 * @returns [k][k], symmetric; null where a representation does not vary
 */
export function ckaTable(features: readonly Features[]): PartialMatrix {
  const n = Math.min(...features.map(({ rows, width }) => rows.length / width));
  const cka = new MinibatchCka(features.length);
  for (let start = 0; n - start >= SMALLEST_BATCH; start += BATCH) {
    const end = Math.min(n, start + BATCH);
    cka.add(
      features.map(({ rows, width }) => ({
        rows: Array.from({ length: (end - start) * width }, (_, i) => rows[start * width + i] ?? 0),
        width,
      })),
    );
  }
  return symmetricMatrix(features.length, (i, j) => cka.between(i, j));
}
