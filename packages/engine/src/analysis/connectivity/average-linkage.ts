import { assertSymmetric, type SquareMatrix } from '../square.js';

/** Two clusters that became one. */
export interface Merge {
  /** Members of the cluster that is drawn first: the one with the smallest index in it. In drawing order. */
  readonly left: readonly number[];
  readonly right: readonly number[];
  /** Mean distance between members of one and members of the other; never below that of an earlier merge. */
  readonly height: number;
}

export interface Clustering {
  /** count − 1 merges, lowest first. */
  readonly merges: readonly Merge[];
  /** All leaves, so that every cluster is a run of neighbours: the order of rows and columns to draw a matrix in. */
  readonly order: readonly number[];
}

interface Cluster {
  readonly members: readonly number[];
  readonly smallest: number;
}

/**
 * Hierarchical clustering by average linkage (UPGMA; Sokal and Michener 1958): the two clusters with the smallest mean
 * distance between their members are merged, until one is left,
 *
 *     d(A, B) = Σ_{a∈A, b∈B} d(a, b) / (|A|·|B|).
 *
 * Among equal distances the pair with the smallest indices goes first, so the result is a function of the table alone. The
 * mean is taken from the sums of the original distances, O(count³) in all.
 *
 * @param distances count × count, symmetric, finite; the diagonal is not read
 */
export function averageLinkage(distances: SquareMatrix): Clustering {
  assertSymmetric(distances, 'distances');
  let clusters: Cluster[] = distances.map((_, index) => ({ members: [index], smallest: index }));
  // Sums of distances between clusters, in the order of `clusters`, which is that of their smallest members.
  let sums = distances.map((row) => [...row]);
  const merges: Merge[] = [];
  while (clusters.length > 1) {
    const { a, b, height } = nearest(clusters, sums);
    const [one, two] = [clusters[a], clusters[b]];
    if (one === undefined || two === undefined) throw new RangeError('No clusters to merge.');
    merges.push({ left: one.members, right: two.members, height });
    sums = mergeRows(sums, a, b);
    clusters = clusters
      .with(a, { members: [...one.members, ...two.members], smallest: one.smallest })
      .filter((_, index) => index !== b);
  }
  return { merges, order: clusters[0]?.members ?? [] };
}

/** The pair a < b of smallest mean distance, the first in order of a, then b. */
function nearest(clusters: readonly Cluster[], sums: SquareMatrix): { a: number; b: number; height: number } {
  let best = { a: 0, b: 1, height: Number.POSITIVE_INFINITY };
  for (let a = 0; a < clusters.length; a++) {
    for (let b = a + 1; b < clusters.length; b++) {
      const pairs = (clusters[a]?.members.length ?? 0) * (clusters[b]?.members.length ?? 0);
      const height = (sums[a]?.[b] ?? 0) / pairs;
      if (height < best.height) best = { a, b, height };
    }
  }
  return best;
}

function mergeRows(sums: SquareMatrix, a: number, b: number): number[][] {
  const added = sums.map((row, index) => {
    const changed = [...row];
    changed[a] = (row[a] ?? 0) + (row[b] ?? 0);
    return index === a ? changed.map((sum, column) => sum + (column === a ? 0 : (sums[b]?.[column] ?? 0))) : changed;
  });
  return added.filter((_, index) => index !== b).map((row) => row.filter((_, column) => column !== b));
}

/**
 * The clusters that merging up to a height leaves: for each leaf the number of its cluster, counted from 0 in the order in
 * which the leaves first name them. At the height 0 models with no barrier between them are together.
 */
export function cutClusters({ merges, order }: Clustering, height: number): readonly number[] {
  const root = order.map((_, index) => index);
  for (const merge of merges) {
    if (merge.height > height) continue;
    const [to = 0, from = 0] = [root[merge.left[0] ?? 0], root[merge.right[0] ?? 0]];
    for (const [leaf, one] of root.entries()) if (one === from) root[leaf] = to;
  }
  const names = new Map<number, number>();
  return root.map((one) => {
    const known = names.get(one) ?? names.size;
    names.set(one, known);
    return known;
  });
}
