/** @file The words by which a recipe names what happens to a training image. */
import { z } from 'zod';
import { didYouMean, listed } from './did-you-mean.js';
import { parseRandAugment } from './rand-augment.js';

export const AUGMENTATIONS = [
  'none',
  'shift',
  'affine',
  'flip',
  'crop-flip',
  'three-augment',
  'mae',
  'moco-v3-first',
  'moco-v3-second',
  'lejepa-global',
  'lejepa-local',
  'mmcr-first',
  'mmcr-second',
  'massl-first',
  'massl-second',
  'massl-local',
] as const;
export type AugmentationWord = (typeof AUGMENTATIONS)[number];

const words: ReadonlySet<string> = new Set(AUGMENTATIONS);
export const isAugmentationWord = (text: string): text is AugmentationWord => words.has(text);

const FORM = new RegExp(`^(?:${AUGMENTATIONS.join('|')}|rand(?:-[a-z]+[0-9.]+)+)$`);

function problem(text: unknown): string | null {
  const expected = `expected one of ${listed(AUGMENTATIONS, 20)}, or RandAugment such as rand-m9-mstd0.5-inc1`;
  if (typeof text !== 'string') return expected;
  if (isAugmentationWord(text)) return null;
  if (!text.startsWith('rand-')) {
    const question = didYouMean(text, AUGMENTATIONS);
    return question === '' ? expected : `${expected}.${question}`;
  }
  const parsed = parseRandAugment(text);
  return 'problem' in parsed ? `expected RandAugment such as rand-m9-mstd0.5-inc1, but ${parsed.problem}` : null;
}

const error = (issue: { readonly input?: unknown }) => problem(issue.input) ?? undefined;

/** One of the words, or RandAugment in timm's form. */
export const augmentation = z
  .string({ error })
  .regex(FORM, { error, abort: true })
  .refine((text) => problem(text) === null, { error });
