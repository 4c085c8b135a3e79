import { resolve } from 'node:path';
import { usualFormat } from '../../data/open-folder.js';
import { type DatasetFormatName, IMAGE_DECODER_NAME, mayHoldEncodedImages } from '../../recipe/dataset-format.js';
import type { DatasetParameters } from '../../recipe/parameters.js';
import { benchmark, benchmarkSummary } from '../../steps/benchmark.js';
import { dataset, datasetSummary } from '../../steps/dataset.js';
import type { InputArtifact } from '../../steps/definition.js';
import type { CertifiedExamples } from '../certificate.js';
import type { DataKitchen } from './kitchen.js';
import { exampleWords } from './selection-words.js';

/** Where the examples are that a method looks at. */
export interface ExamplesOrder {
  /** A folder of data. */
  readonly data: string;
  /** How they lie in it; 'auto' finds out. */
  readonly format: DatasetFormatName;
  /** 'val', 'train:1000', 'train:10%'. */
  readonly from: string;
  /** Of the draw. */
  readonly seed: number;
  /** Channels that encoded images are decoded to, where the model does not take three. */
  readonly channels?: 1;
}

/** Examples that are registered: found, hashed, and fixed as a benchmark. */
export interface RegisteredExamples {
  /** The manifest of the data set, and the protocol document. */
  readonly dataset: InputArtifact;
  readonly benchmark: InputArtifact;
  readonly classes: number;
  readonly certified: CertifiedExamples;
}

const NAME = 'selection';

/**
 * Registers the examples as a recipe would: a split with the role selection, drawn by the seed. Throws DataFileError and
 * DatasetError for data that are not there, damaged or fewer than asked for.
 */
export async function registerExamples(kitchen: DataKitchen, order: ExamplesOrder): Promise<RegisteredExamples> {
  const { part, amount } = exampleWords(order.from);
  const format = order.format === 'auto' ? await usualFormat(order.data) : order.format;
  const cooked = (count: number | null) => kitchen.cook(dataset, parametersOf({ ...order, format }, part, count));
  let count = amount.kind === 'count' ? amount.value : null;
  if (amount.kind === 'share') {
    const all = datasetSummary.parse((await cooked(null)).record.summary);
    count = Math.max(1, Math.round(amount.value * (all.splits[0]?.n ?? 0)));
  }
  const { record } = await cooked(count);
  const { classes, contentHash, splits } = datasetSummary.parse(record.summary);
  const manifest = kitchen.artifact(record, 'manifest');
  const all = { split: NAME, subset: null, corruptions: null, severities: null };
  const fixed = await kitchen.cook(benchmark, all, { dataset: [manifest] });
  const { n, protocol } = benchmarkSummary.parse(fixed.record.summary);
  const [split] = splits;
  if (split === undefined) throw new RangeError('The data set was registered without a split.');
  return {
    dataset: manifest,
    benchmark: kitchen.artifact(fixed.record, 'protocol'),
    classes,
    certified: { dataset: contentHash, split: split.contentHash, from: order.from, seed: order.seed, n, protocol },
  };
}

function parametersOf(
  { data, format, seed, channels }: ExamplesOrder,
  part: string,
  count: number | null,
): DatasetParameters {
  const encoded = mayHoldEncodedImages(format);
  return {
    source: { path: resolve(data) },
    format,
    ...(encoded && channels !== undefined ? { channels } : {}),
    ...(encoded ? { decoder: IMAGE_DECODER_NAME } : {}),
    seed,
    splits: [{ name: NAME, role: 'selection', from: part, count }],
  };
}
