import { z } from 'zod';
import { MethodParameterError } from '../errors.js';
import { firstFor } from './by-pattern.js';
import { linearMix } from './linear.js';
import { defineMethod } from './method-entry.js';

/** α = 0 is the stock and α = 1 the fine-tuned model, bit for bit; beyond them it extrapolates. */
export const wiseFt = defineMethod({
  title: 'WiSE-FT',
  source: 'Wortsman et al., Robust fine-tuning of zero-shot models, CVPR 2022, arXiv:2109.01903',
  formula: 'θ = (1 − α)·θ₀ + α·θ₁',
  parameters: z.strictObject({
    alpha: z.number().default(0.5),
    layers: z.array(z.strictObject({ tensors: z.string().min(1), shares: z.array(z.number()).min(1) })).default([]),
  }),
  options: [
    { name: 'alpha', kind: 'number', words: 'how far from the stock to the fine-tuned model; default: 0.5' },
    {
      name: 'layers',
      kind: 'shares by pattern',
      words: "another alpha for tensors of a pattern, the first that fits: 'blocks.0.*=0.2'; may be repeated",
    },
  ],
  needsBase: true,
  least: 1,
  most: 1,
  example: 'wise-ft A.safetensors --base S.safetensors --alpha 0.75 -o soup.safetensors',
  bind({ alpha: everywhere, layers }) {
    const several = layers.find(({ shares }) => shares.length !== 1);
    if (several !== undefined) {
      throw new MethodParameterError(
        'layers',
        `WiSE-FT has one alpha, and '${several.tensors}' was given ${several.shares.length} numbers.`,
        "Write it as 'blocks.0.*=0.2'.",
      );
    }
    const rowOf = firstFor(layers);
    return linearMix((name) => {
      const alpha = rowOf(name)?.shares[0] ?? everywhere;
      return { members: [alpha], base: 1 - alpha, divisor: 1 };
    });
  },
});
