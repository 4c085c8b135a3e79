import { openCheckpoint } from '../../checkpoints/open-checkpoint.js';
import type { Tensor } from '../../graph/tensor.js';
import type { DatasetFormatName } from '../../recipe/dataset-format.js';
import { openLessonImages } from '../../steps/soup-lesson.js';
import { describedStatistics } from '../batch-norm/described.js';
import { estimateBatchNorm } from '../batch-norm/estimate.js';
import { normalisedNetwork } from '../batch-norm/normalised-network.js';
import type { SoupCertificate } from '../certificate.js';
import { writeSoup } from '../streaming/write-soup.js';
import { registerExamples } from './examples.js';
import { FileHashes } from './file-hashes.js';
import { withHouseCopy } from './house-copy.js';
import { DataKitchen, type KitchenOptions } from './kitchen.js';

export interface StatisticsOrder {
  /** A model that Stockpot wrote, of a network from an ONNX file. */
  readonly model: string;
  readonly output: string;
  readonly data: string;
  readonly format?: DatasetFormatName;
  /** 'train:10000' */
  readonly examples: string;
  readonly seed?: number;
  /** Images of which the statistics are taken together. */
  readonly batch?: number;
}

/**
 * Writes a model with the running statistics of its batch normalisation estimated again on data, and every weight as it is. What
 * was done is in its certificate.
 *
 * @throws SoupError for a model that has none; otherwise as `cookOnData`
 */
export async function estimateStatistics(order: StatisticsOrder, options: KitchenOptions): Promise<SoupCertificate> {
  const { model: path, output, seed = 0, batch = 100 } = order;
  await using reader = await openCheckpoint(path);
  const { architecture, preprocessing } = normalisedNetwork(reader.metadata, path);
  await using kitchen = await DataKitchen.open(options);
  const registered = await registerExamples(kitchen, {
    ...{ data: order.data, format: order.format ?? ('auto' as const), from: order.examples, seed },
    ...(architecture.channels === 1 ? { channels: 1 as const } : {}),
  });
  const hashes = await FileHashes.open(kitchen.folder);
  const content = await hashes.contentOf(path);
  await hashes.save();
  const { benchmark, dataset, certified } = registered;
  const { threads, device, signal, onProgress } = options;
  const found = await withHouseCopy(kitchen, path, null, async (file) => {
    const inputs = { benchmark: [benchmark], dataset: [dataset], ingredients: [{ hash: content, path: file }] };
    const { images } = await openLessonImages(kitchen.context(inputs, kitchen.folder), 'Statistics are estimated on');
    const count = Math.floor(images.count / batch);
    const at = (index: number) => images.images(Array.from({ length: batch }, (_, row) => index * batch + row));
    return estimateBatchNorm(
      architecture,
      await weightsOf(file),
      { batch, count, at },
      { threads, device, signal, onProgress: (done, total) => onProgress?.('batches', done, total) },
    );
  });
  const described = describedStatistics(found, preprocessing, { examples: certified, batch });
  return writeSoup({ method: 'uniform', ingredients: [path], output }, { signal, hashes: hashes.found, described });
}

async function weightsOf(file: string): Promise<Map<string, Tensor>> {
  await using reader = await openCheckpoint(file);
  const tensors = new Map<string, Tensor>();
  for (const name of reader.tensors.keys()) tensors.set(name, await reader.read(name));
  return tensors;
}
