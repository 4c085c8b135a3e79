/** @file Analyses of models as they are: what they answer, and where they lie. */
import { z } from 'zod';
import { integer, number } from '../fields.js';
import { defineKind } from './define-kind.js';

/** Examples whose features are compared: CKA is unbiased for any number, and known well enough by then. */
export const FEATURES = 1000;

export const diversity = defineKind({
  name: 'diversity',
  what: 'the diversity of a pool',
  models: { least: 2 },
  looksAt: 'mixtures',
  options: {
    features: z
      .union([integer(1), z.literal(false)], { error: 'expected a whole number of examples of at least 1, or false' })
      .default(FEATURES)
      .describe(
        'Examples whose features are compared (CKA); false for none: no network is run where models were scored.',
      ),
  },
  mixtures: ({ features }, k) => (features === false ? k : 2 * k),
});

export const weights = defineKind({
  name: 'weights',
  what: 'a map of weights',
  models: { least: 1 },
  looksAt: 'weights',
  options: {
    tensors: z.boolean({ error: 'expected true or false' }).default(false).describe('Also by tensor, in the document.'),
  },
  mixtures: () => 0,
});

export const compare = defineKind({
  name: 'compare',
  what: 'a comparison',
  models: { least: 2, most: 2 },
  looksAt: 'answers',
  options: {
    level: number({ above: 0, below: 1 }, '0.95').default(0.95).describe('Confidence level of the intervals.'),
  },
  mixtures: () => 0,
});
