import { z } from 'zod';
import { linearMix } from './linear.js';
import { defineMethod } from './method-entry.js';

export const uniform = defineMethod({
  title: 'Uniform soup',
  source: 'Wortsman et al., Model soups, ICML 2022, arXiv:2203.05482',
  formula: 'θ = (θ₁ + … + θₖ) / k',
  parameters: z.strictObject({}),
  options: [],
  needsBase: false,
  least: 1,
  example: 'uniform A.safetensors B.safetensors -o soup.safetensors',
  bind: (_parameters, members) => linearMix(() => ({ members: Array(members).fill(1), base: 0, divisor: 'sum' })),
});
