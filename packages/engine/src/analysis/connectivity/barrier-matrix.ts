import type { ScoreMixture } from '../mixtures/score.js';
import { type SquareMatrix, symmetricMatrix } from '../square.js';
import { averageLinkage, type Clustering } from './average-linkage.js';
import { measurePath, type Path, type PathOptions } from './path.js';

/** Every pair of a pool: who shares a basin with whom. */
export interface BarrierMatrix {
  readonly paths: readonly Path[];
  /** Heights of the loss barriers, nats; symmetric, 0 on the diagonal. */
  readonly loss: SquareMatrix;
  /** Heights of the error barriers, 0 … 1. */
  readonly error: SquareMatrix;
  /** Clusters by the loss barrier: `order` puts models of one basin next to each other. */
  readonly clusters: Clustering;
}

export interface BarrierMatrixOptions extends PathOptions {
  /** Called after each pair with the pairs done and in all. */
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * The barriers between all pairs of `count` models, at the cost of count + count·(count−1)/2·(points−2) evaluations when
 * `score` remembers what it measured (`remember`). Pairs are measured one after the other.
 */
export async function barrierMatrix(
  score: ScoreMixture,
  count: number,
  { onProgress, ...options }: BarrierMatrixOptions = {},
): Promise<BarrierMatrix> {
  const paths: Path[] = [];
  const total = (count * (count - 1)) / 2;
  for (let first = 0; first < count; first++) {
    for (let second = first + 1; second < count; second++) {
      paths.push(await measurePath(score, { first, second, count }, options));
      onProgress?.(paths.length, total);
    }
  }
  const table = (heightOf: (path: Path) => number) =>
    symmetricMatrix(count, (row, column) => {
      const path = paths.find(({ first, second }) => first === row && second === column);
      return path === undefined ? 0 : heightOf(path);
    });
  const loss = table((path) => path.loss.height);
  return { paths, loss, error: table((path) => path.error.height), clusters: averageLinkage(loss) };
}
