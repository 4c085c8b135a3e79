import { z } from 'zod';
import { defineMethod } from '../methods/method-entry.js';
import { compat, compatOption, sharesOf, weights, weightsOption } from '../mixing-parameters.js';
import { karcherMean } from './karcher-mean.js';

const defaults = {
  paper: { maxIterations: 100, tolerance: 1e-12 },
  mergekit: { maxIterations: 10, tolerance: 1e-5 },
};

/** The mean on the sphere, by steps until they are short enough. */
export const karcher = defineMethod({
  title: 'Karcher mean',
  source: 'Karcher 1977; iteration: Buss and Fillmore, Spherical averages, ACM Transactions on Graphics 20, 2001',
  formula: 'the direction from which Σ wᵢ·(way to θᵢ on the sphere) = 0, as long as Σ wᵢ·‖θᵢ‖',
  parameters: z
    .strictObject({
      compat,
      weights: weights.exactOptional(),
      maxIterations: z.int().min(1).max(10_000).exactOptional(),
      tolerance: z.number().positive().exactOptional(),
    })
    .transform((given) => ({ ...defaults[given.compat], ...given })),
  options: [
    { name: 'maxIterations', kind: 'number', words: 'the most steps; default: 100, as mergekit 10' },
    { name: 'tolerance', kind: 'number', words: 'the last step, in radians; default: 1e-12, as mergekit 1e-5' },
    weightsOption,
    compatOption,
  ],
  needsBase: false,
  least: 1,
  example: 'karcher A.safetensors B.safetensors C.safetensors -o soup.safetensors',
  bind({ weights, maxIterations, tolerance }, members) {
    const options = { shares: sharesOf(weights, members, 'A Karcher mean'), maxIterations, tolerance };
    return { mix: (input) => karcherMean(input.members, options).mean };
  },
});

/** One step towards the mean on the sphere, from the normalised mean of the directions. Of two equal shares: SLERP at ½. */
export const multiSlerp = defineMethod({
  title: 'Multi-SLERP',
  source: 'the name is mergekit’s; the first step of Buss and Fillmore, Spherical averages, 2001',
  formula: 'as karcher, but one step from the normalised mean of the directions',
  parameters: z.strictObject({ weights: weights.exactOptional() }),
  options: [weightsOption],
  needsBase: false,
  least: 1,
  example: 'multi-slerp A.safetensors B.safetensors C.safetensors -o soup.safetensors',
  bind({ weights }, members) {
    const options = { shares: sharesOf(weights, members, 'Multi-SLERP'), maxIterations: 1, tolerance: 0 };
    return { mix: (input) => karcherMean(input.members, options).mean };
  },
});
