import { keyed } from '../random/index.js';
import type { DatasetParameters } from '../recipe/parameters.js';
import { DatasetError } from './errors.js';

type SplitParameters = DatasetParameters['splits'][number];

export interface DividedSplit {
  readonly name: string;
  readonly role: SplitParameters['role'];
  readonly from: string;
  readonly n: number;
  /** Positions in the part. */
  readonly indices: number[];
}

/**
 * Consecutive ranges of one seeded permutation of each part's examples: disjoint by construction.
 *
 * @param sizes part → number of examples
 */
export function divide(
  { splits, seed }: Pick<DatasetParameters, 'splits' | 'seed'>,
  sizes: ReadonlyMap<string, number>,
): DividedSplit[] {
  const used = new Map<string, number>();
  const orders = new Map([...sizes].map(([name, n]) => [name, keyed(seed, 'splits', name).permutation(n)]));
  return splits.map(({ name, role, from, count }) => {
    const order = orders.get(from) ?? new Uint32Array();
    const start = used.get(from) ?? 0;
    const left = order.length - start;
    const n = count ?? left;
    if (n > left || n === 0) {
      throw new DatasetError(
        `The split '${name}' asks for ${count ?? 'all remaining'} examples of the ${from} files, of which ${left} of ${order.length} are left.`,
        'Lower the counts of the splits of these files, so that they add up to what is there.',
      );
    }
    used.set(from, start + n);
    return { name, role, from, n, indices: [...order.subarray(start, start + n)] };
  });
}
