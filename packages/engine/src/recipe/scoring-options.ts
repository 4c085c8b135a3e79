/** @file How plain answers are scored where it is not by the classes of the dataset alone. Pure: part of the recipe. */
import { z } from 'zod';
import { oneOf } from './fields.js';

/** Benchmarks whose labels are some classes of ImageNet-1k, or groups of them: what each means is evaluation/groups/class-rules.ts. */
export const classRule = oneOf(['imagenet-r', 'imagenet-a', 'objectnet', 'laion-c']);
export type ClassRuleName = z.infer<typeof classRule>;

/** Models whose errors on ImageNet-C normalise a CE: evaluation/robustness/reference-errors.ts. */
export const normaliser = oneOf(['alexnet']);
export type NormaliserName = z.infer<typeof normaliser>;

/** What a benchmark of plain answers may say of its scoring; the same words in a recipe and in a plan. */
export const scoringOptions = {
  classes: classRule
    .exactOptional()
    .describe(
      "Which of ImageNet's 1,000 classes the labels stand for: all others are masked before the answer (imagenet-r, imagenet-a), or classes answer together (objectnet, laion-c).",
    ),
  normaliser: normaliser
    .exactOptional()
    .describe('Gives CE, mCE and relative mCE by the errors of this model on ImageNet-C, beside the plain mean error.'),
  ordered: z
    .literal(true, { error: 'expected true, or leave it out' })
    .exactOptional()
    .describe('The classes are in an order, such as ratings: gives Spearman’s correlation too.'),
};
