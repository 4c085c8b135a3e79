import { GraphBuilder } from '../../graph/builder.js';
import { compile } from '../../runtime/index.js';
import { EvaluationError } from '../errors.js';
import { checkedFeatures, type FeatureSet, normalisedRows } from './features.js';

/** Entries of the bank in one product: 8192 features of 768 numbers are 50 MB. */
const BLOCK = 8192;
/** Most queries in one product, and bytes of all their cosines. */
const MOST_QUERIES = 256;
const MOST_BYTES = 128 * 2 ** 20;

export interface Similarities extends AsyncDisposable {
  /** Queries that are best asked for at once. */
  readonly chunk: number;
  /** The cosines of queries `from` … `to`−1, at most a chunk of them, with all entries of the bank. */
  of(from: number, to: number): Promise<readonly Float64Array[]>;
}

/**
 * Cosines of every query with every entry of a bank, as products of normalised features in f64 by the CPU device: `cosines`, many
 * at a time. Memory for one block of the bank and one chunk of queries, whatever their numbers.
 */
export async function openSimilarities(
  bank: FeatureSet,
  queries: FeatureSet,
  { threads }: { readonly threads: number },
): Promise<Similarities> {
  const size = checkedFeatures(bank, 'The bank');
  checkedFeatures(queries, 'The queries');
  const { width } = bank;
  if (queries.width !== width) {
    throw new EvaluationError(
      `Queries of width ${queries.width} cannot be compared with a bank of width ${width}.`,
      'Take both from one model.',
    );
  }
  const chunk = Math.max(1, Math.min(MOST_QUERIES, Math.floor(MOST_BYTES / (8 * size))));
  const block = Math.min(BLOCK, size);
  const b = new GraphBuilder();
  const [left, right] = [b.input('queries', 'f64', [chunk, width]), b.input('bank', 'f64', [block, width])];
  b.output('cosines', b.gemm(left, right, null, { transB: true }));
  const network = await compile(b.build(), { device: 'cpu', threads });
  const padded = (set: FeatureSet, from: number, to: number, rows: number) => {
    const data = new Float64Array(rows * width);
    normalisedRows(set, from, to, data);
    return { dtype: 'f64' as const, shape: [rows, width], data };
  };
  return {
    chunk,
    async of(from, to) {
      const asked = padded(queries, from, to, chunk);
      const found = Array.from({ length: to - from }, () => new Float64Array(size));
      for (let start = 0; start < size; start += block) {
        const end = Math.min(size, start + block);
        const { cosines } = await network.run({ queries: asked, bank: padded(bank, start, end, block) });
        if (!(cosines?.data instanceof Float64Array)) throw new Error('The product of features gave no f64 numbers.');
        for (const [row, target] of found.entries()) {
          target.set(cosines.data.subarray(row * block, row * block + end - start), start);
        }
      }
      return found;
    },
    [Symbol.asyncDispose]: () => network.dispose(),
  };
}
