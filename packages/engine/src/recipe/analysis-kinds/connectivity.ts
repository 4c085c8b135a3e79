/** @file Analyses of what lies between models. */
import { z } from 'zod';
import { integer, number } from '../fields.js';
import { defineKind } from './define-kind.js';

/** Fewest points of a path: a barrier between fewer is easily missed. */
export const FEWEST_POINTS = 11;

/** Error barriers up to here, in points of per cent, are "stable" in Frankle et al. 2020, §2. */
export const ONE_BASIN_POINTS = 2;

const points = integer(FEWEST_POINTS, 1001)
  .default(FEWEST_POINTS)
  .describe('Points of each line, both models included; publish 21 to 25.');

export const barrier = defineKind({
  name: 'barrier',
  what: 'a barrier',
  models: { least: 2, most: 2, anyOrigin: true },
  looksAt: 'mixtures',
  options: { points },
  mixtures: ({ points: along }) => along,
});

export const barriers = defineKind({
  name: 'barriers',
  what: 'a matrix of barriers',
  models: { least: 2, anyOrigin: true },
  looksAt: 'mixtures',
  options: {
    points,
    tolerance: number({ min: 0, max: 100 }, '2')
      .default(ONE_BASIN_POINTS)
      .describe('Error barrier, in points of per cent, up to which models share a basin.'),
  },
  mixtures: ({ points: along }, k) => k + ((k * (k - 1)) / 2) * (along - 2),
});

export const ternary = defineKind({
  name: 'ternary',
  what: 'a ternary grid',
  models: { least: 3, most: 3, anyOrigin: true },
  looksAt: 'mixtures',
  options: {
    divisions: integer(3, 100).default(12).describe('Parts of each side of the triangle.'),
    sides: z.boolean({ error: 'expected true or false' }).default(false).describe('Also the mixtures of two.'),
  },
  mixtures: ({ divisions: d, sides }) => 3 + ((d - 1) * (d - 2)) / 2 + (sides ? 3 * (d - 1) : 0),
});

export const soupVersusEnsemble = defineKind({
  name: 'soup-versus-ensemble',
  what: 'soup versus ensemble',
  models: { least: 2, most: 2, anyOrigin: true },
  looksAt: 'mixtures',
  options: {
    alpha: number({ above: 0, below: 1 }, '0.5').default(0.5).describe('Share of the second model.'),
    step: number({ above: 0, below: 1 }, '0.1')
      .exactOptional()
      .describe('Of the finite difference along alpha; left out, 0.1, less where alpha is near 0 or 1.'),
    scale: number({ above: 0 }, '1')
      .exactOptional()
      .describe('β, by which logits are multiplied; left out, what calibrates the soup on these examples.'),
  },
  check: ({ alpha, step }) =>
    step === undefined || step <= Math.min(alpha, 1 - alpha)
      ? []
      : [
          {
            key: 'step',
            message: `${step} from alpha = ${alpha} leaves the line between the two models.`,
            advice: 'Lower it.',
          },
        ],
  mixtures: () => 5,
});
