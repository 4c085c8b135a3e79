import type { BatchPlan } from '../data/batches.js';
import type { Dataset } from '../data/dataset.js';
import { type LoadedBatches, loadBatches, loadTestImages } from '../data/loader/index.js';
import type { TestImages, TestPlan } from '../data/test-images.js';
import { inputOf, type StepContext } from './definition.js';

/** The batches of a step's training on its input dataset, made ahead in threads where that pays. */
export function stepBatches(context: StepContext, dataset: Dataset, split: string, plan: BatchPlan): LoadedBatches {
  return loadBatches({ plan, dataset, split, ...placeOf(context, dataset) });
}

/** The images of a split of a step's input dataset, as a model is tested on them. */
export function stepImages(context: StepContext, dataset: Dataset, split: string, plan: TestPlan): TestImages {
  return loadTestImages({ plan, dataset, split, ...placeOf(context, dataset) });
}

const placeOf = (context: StepContext, { manifest }: Dataset) => ({
  manifest: inputOf(context, 'dataset').path,
  folder: context.resolveSource(manifest.source),
});
