/** @file The work of the loader's threads: the batches of one run. */
import { type BatchPlan, type TrainingBatch, trainingBatches } from '../batches.js';
import { openDataset } from '../dataset.js';
import type { Place } from './place.js';
import type { Work } from './work.js';

export interface BatchWorkParameters extends Place {
  readonly plan: BatchPlan;
}

/** Opens the dataset once more, for this thread. */
export async function open({ plan, manifest, folder, split }: BatchWorkParameters): Promise<Work<TrainingBatch>> {
  const dataset = await openDataset(manifest, { resolveSource: () => folder, splits: [split] });
  const batches = trainingBatches({ ...plan, split: dataset.split(split) });
  return {
    async make(step) {
      const result = await batches.batch(step);
      const { views, labels, examples } = result;
      return { result, moved: [...views, labels, examples].map(({ buffer }) => buffer) };
    },
  };
}
