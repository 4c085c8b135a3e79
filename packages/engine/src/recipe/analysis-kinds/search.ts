/** @file Analyses of how a soup was chosen. */
import { z } from 'zod';
import { integer, number, oneOf } from '../fields.js';
import { seed } from '../seed.js';
import { METRICS } from './contribution.js';
import { defineKind } from './define-kind.js';

/** Searches that can be replayed. */
export const SEARCHES = ['greedy', 'greedier', 'pruned'] as const;

const ONE_SOUP = { least: 1, most: 1 };

export const why = defineKind({
  name: 'why',
  what: 'a diagnosis of a search',
  models: ONE_SOUP,
  looksAt: 'search',
  options: {
    barriers: z
      .boolean({ error: 'expected true or false' })
      .default(false)
      .describe('Also the error barrier from the first model to each that was turned down, which runs networks.'),
  },
  mixtures: ({ barriers }, k) => (barriers ? k + (k - 1) * 9 : 0),
});

export const whatIf = defineKind({
  name: 'what-if',
  what: 'a search replayed',
  models: ONE_SOUP,
  looksAt: 'search',
  options: {
    method: oneOf(SEARCHES).exactOptional().describe('The search; left out, as it was.'),
    accept: oneOf(['>=', '>']).exactOptional().describe('By which a candidate stays; left out, as it was.'),
    order: oneOf(['score', 'given', 'random']).exactOptional().describe('greedy: in which candidates are tried.'),
    start: oneOf(['best', 'first']).exactOptional().describe('greedy: where the soup begins.'),
    ties: oneOf(['listed', 'last']).exactOptional().describe('Which of equally good models goes first.'),
    tolerance: number({ min: 0, below: 1 }, '0.001')
      .exactOptional()
      .describe('How far below the best a candidate may be.'),
    patience: integer(1).exactOptional().describe('greedy: candidates refused in a row after which it ends.'),
    replacement: z
      .boolean({ error: 'expected true or false' })
      .exactOptional()
      .describe('greedier: a model may be taken again.'),
    most: integer(1).exactOptional().describe('greedier: most members, with multiplicity.'),
    passes: integer(1).exactOptional().describe('pruned: most passes over the models.'),
    metric: oneOf(METRICS).default('accuracy').describe('What decides.'),
    evaluate: z.boolean({ error: 'expected true or false' }).default(false).describe('Evaluate what is missing.'),
    seed: seed.exactOptional().describe('Of the random order.'),
  },
  // How far a search goes is not known before it went.
  mixtures: ({ evaluate }, k) => (evaluate ? (k * (k + 1)) / 2 : 0),
});
