/** @file The work of the loader's threads when a model is tested: chunks of images. */
import { openDataset } from '../dataset.js';
import { type TestPlan, testImages } from '../test-images.js';
import type { Place } from './place.js';
import type { Work } from './work.js';

export interface TestWorkParameters extends Place {
  readonly plan: TestPlan;
}

/** Opens the dataset once more, for this thread. */
export async function open({ plan, manifest, folder, split }: TestWorkParameters): Promise<Work<Float32Array>> {
  const dataset = await openDataset(manifest, { resolveSource: () => folder, splits: [split] });
  const images = testImages(dataset.split(split), plan);
  return {
    async make(index) {
      const result = await images.chunk(index);
      return { result, moved: [result.buffer] };
    },
  };
}
