/** @file Running statistics of batch normalisation, estimated again after mixing: a soup's words for it, and what the step is told. */
import { z } from 'zod';
import { integer, object, splitReference } from './fields.js';
import { seed } from './seed.js';

/** Images whose statistics are taken together. Of one image alone a variance is none. */
const batch = integer(2, 65_536);

export const batchNormOptions = object('an estimation of running statistics', {
  split: splitReference().describe(
    'Whose images are shown to the soup, without their labels: such as it was trained on.',
  ),
  count: integer(2)
    .exactOptional()
    .describe('How many of them, drawn without replacement; left out, all. A last batch that is not full is left out.'),
  seed: seed.exactOptional().describe("Of that draw; left out, the recipe's seed."),
  batch: batch
    .default(100)
    .describe('Images whose statistics are taken together; the estimate is the mean over batches.'),
});
export type BatchNormOptions = z.output<typeof batchNormOptions>;

/** What any soup may say. */
export const batchNormField = {
  batchnorm: batchNormOptions
    .exactOptional()
    .describe(
      "Makes a second model beside the soup, '<soup>-batchnorm': the same weights, with the running statistics of batch normalisation estimated again on images. For networks from ONNX files.",
    ),
};

export const batchNormParameters = object('parameters of an estimation', {
  method: z.literal('batchnorm'),
  /** Name of a split of the input dataset. */
  split: z.string(),
  /** A seeded choice of examples without replacement; null means all of them. */
  subset: object('a subset', { count: integer(1), seed }).nullable(),
  batch,
});
export type BatchNormParameters = z.infer<typeof batchNormParameters>;

/** What the model beside a soup is called. */
export function batchNormName(soup: string): string {
  return `${soup}-batchnorm`;
}
