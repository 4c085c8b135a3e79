import { z } from 'zod';
import { firstFor } from './by-pattern.js';
import { assertOneEach, linearMix } from './linear.js';
import { defineMethod } from './method-entry.js';

const weights = z.array(z.number()).min(1);

/** Any coefficients, also negative ones and ones above 1: outside [0, 1] a soup extrapolates. */
export const weighted = defineMethod({
  title: 'Weighted soup',
  source: 'Wortsman et al., Model soups, ICML 2022, arXiv:2203.05482 (the learned soup, its coefficients given)',
  formula: 'θ = Σ wᵢ·θᵢ / Σ wᵢ, or Σ wᵢ·θᵢ as it is with --as-given',
  parameters: z.strictObject({
    weights,
    asGiven: z.boolean().default(false),
    layers: z.array(z.strictObject({ tensors: z.string().min(1), shares: weights })).default([]),
  }),
  options: [
    { name: 'weights', kind: 'numbers', words: 'one number an ingredient, with commas: 0.7,0.3' },
    { name: 'asGiven', kind: 'switch', words: 'do not divide by the sum of the weights' },
    {
      name: 'layers',
      kind: 'shares by pattern',
      words: "other weights for tensors of a pattern, the first that fits: 'blocks.0.*=0.5,0.5'; may be repeated",
    },
  ],
  needsBase: false,
  least: 1,
  example: 'weighted A.safetensors B.safetensors --weights 0.7,0.3 -o soup.safetensors',
  bind({ weights: everywhere, asGiven, layers }, members) {
    assertOneEach('weights', everywhere, members, 'The weights');
    for (const { tensors, shares } of layers) assertOneEach('layers', shares, members, `The weights of '${tensors}'`);
    const rowOf = firstFor(layers);
    return linearMix((name) => ({
      members: rowOf(name)?.shares ?? everywhere,
      base: 0,
      divisor: asGiven ? 1 : 'sum',
    }));
  },
});
