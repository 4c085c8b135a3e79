/** @file Kinds that score features: models without a head can be compared by them. */
import { z } from 'zod';
import { integer, number } from '../fields.js';
import { seed } from '../seed.js';
import { defineKind, type SecondSplit } from './define-kind.js';

const reference: SecondSplit = {
  key: 'reference',
  required: true,
  roles: ['train'],
  otherwise: 'its labels are learned from here, so it must be a split with the role train',
};

const inversePenalty = number({ above: 0, max: 1e9 }, '1')
  .default(1)
  .describe('Inverse strength C of the penalty on the weights: C·Σ cross-entropy + ½‖W‖², features standardised.');

export const knn = defineKind({
  name: 'knn',
  what: 'a kNN benchmark',
  protocol: 'knn-1',
  reads: 'features',
  second: reference,
  options: {
    k: integer(1, 10_000).default(20).describe('Neighbours that vote.'),
    temperature: number({ above: 0, max: 100 }, '0.07').default(0.07).describe('T of the votes exp(cosine / T).'),
  },
  headline: ({ k }) => `knn:${k}`,
});

export const linearProbe = defineKind({
  name: 'linear-probe',
  what: 'a linear-probe benchmark',
  protocol: 'linear-probe-1',
  reads: 'features',
  second: reference,
  options: { c: inversePenalty },
  headline: () => 'linearProbe',
});

export const fewShot = defineKind({
  name: 'few-shot',
  what: 'a few-shot benchmark',
  protocol: 'few-shot-1',
  reads: 'features',
  second: reference,
  options: {
    shots: integer(1, 1000).describe('Examples of each class; the literature has 1, 2, 4, 8 and 16.'),
    draws: integer(3, 100)
      .default(5)
      .describe('How often the examples are drawn: at least three, for the draw moves the score.'),
    seed: seed.default(0).describe('Seeds the draws: draw i has the seed plus i.'),
    c: inversePenalty,
  },
  headline: ({ shots }) => `fewShot:${shots}`,
});

export const retrieval = defineKind({
  name: 'retrieval',
  what: 'a retrieval benchmark',
  protocol: 'retrieval-1',
  reads: 'features',
  second: { ...reference, required: false },
  options: {
    ks: z
      .array(integer(1, 10_000), { error: 'expected a list of whole numbers, such as [1, 5, 10]' })
      .min(1, { error: 'expected at least one whole number, such as [1, 5, 10]' })
      .default([1, 5, 10])
      .describe('For which k the share of queries with a match among their k nearest is given.'),
  },
  headline: () => 'meanAveragePrecision',
});
