import { GraphBuilder } from '../../graph/builder.js';
import type { Tensor } from '../../graph/tensor.js';
import { compile } from '../../runtime/index.js';
import type { Evaluated } from './lbfgs.js';

/** Bytes of the rows, or of the logits, of one product. */
const BLOCK_BYTES = 64 * 2 ** 20;

export interface ProductObjective extends AsyncDisposable {
  /** The value and the gradient at x [classes, width + 1], the biases being the last column. */
  at(x: Float64Array): Promise<Evaluated>;
}

export interface LabelledRows {
  readonly n: number;
  readonly width: number;
  readonly classes: number;
  /** Inverse penalty of the weights; the biases are free. */
  readonly c: number;
  readonly labels: ArrayLike<number>;
  /** Writes the features of row `row` into `target`, beginning at `at`. */
  fill(row: number, target: Float64Array, at: number): void;
}

/**
 * (Σ cross-entropy + ‖W‖²/2C) / n of a linear classifier and its gradient, as products in f64 by the CPU device, block after block
 * of the rows. What is summed over rows is summed within a product, so the threads change nothing.
 */
export async function openProductObjective(
  { n, width, classes, c, labels, fill }: LabelledRows,
  { threads }: { readonly threads: number },
): Promise<ProductObjective> {
  const columns = width + 1;
  const block = Math.max(1, Math.min(n, Math.floor(BLOCK_BYTES / (8 * Math.max(columns, classes)))));
  const blocks = Array.from({ length: Math.ceil(n / block) }, (_, index) => {
    const from = index * block;
    return feedsOf(from, Math.min(n, from + block));
  });
  const network = await compile(graphOf(block, columns, classes), { device: 'cpu', threads });

  /** Rows with a 1 at their end, which the bias is multiplied by; those that are missing have no target and no weight. */
  function feedsOf(from: number, to: number): Record<string, Tensor> {
    const rows = new Float64Array(block * columns);
    const targets = new Float64Array(block * classes);
    const counts = new Float64Array(block);
    for (let row = from; row < to; row++) {
      fill(row, rows, (row - from) * columns);
      rows[(row - from) * columns + width] = 1;
      targets[(row - from) * classes + (labels[row] ?? 0)] = 1;
      counts[row - from] = 1;
    }
    return {
      rows: { dtype: 'f64', shape: [block, columns], data: rows },
      targets: { dtype: 'f64', shape: [block, classes], data: targets },
      counts: { dtype: 'f64', shape: [block, 1], data: counts },
    };
  }

  return {
    async at(x) {
      const weights: Tensor = { dtype: 'f64', shape: [classes, columns], data: x };
      let value = 0;
      const gradient = new Float64Array(x.length);
      for (const feeds of blocks) {
        const outputs = await network.run({ ...feeds, weights });
        const [losses, slopes] = [doubles(outputs.losses), doubles(outputs.gradient)];
        for (const loss of losses) value += loss / n;
        for (let i = 0; i < gradient.length; i++) gradient[i] = (gradient[i] ?? 0) + (slopes[i] ?? 0) / n;
      }
      for (let i = 0; i < x.length; i++) {
        if (i % columns === width) continue;
        value += (x[i] ?? 0) ** 2 / (2 * c * n);
        gradient[i] = (gradient[i] ?? 0) + (x[i] ?? 0) / (c * n);
      }
      return { value, gradient };
    },
    [Symbol.asyncDispose]: () => network.dispose(),
  };
}

function graphOf(block: number, columns: number, classes: number) {
  const b = new GraphBuilder();
  const rows = b.input('rows', 'f64', [block, columns]);
  const targets = b.input('targets', 'f64', [block, classes]);
  const counts = b.input('counts', 'f64', [block, 1]);
  const weights = b.input('weights', 'f64', [classes, columns]);
  const logProbabilities = b.logSoftmax(b.gemm(rows, weights, null, { transB: true }));
  b.output('losses', b.neg(b.reduceSum(b.mul(logProbabilities, targets), { axes: [1] })));
  const errors = b.sub(b.mul(b.exp(logProbabilities), counts), targets);
  b.output('gradient', b.gemm(errors, rows, null, { transA: true }));
  return b.build();
}

function doubles(tensor: Tensor | undefined): Float64Array {
  if (!(tensor?.data instanceof Float64Array)) throw new Error('The products of a linear probe gave no f64 numbers.');
  return tensor.data;
}
