import { z } from 'zod';
import { stockOf } from '../delta/task-vectors.js';
import { SoupError } from '../errors.js';
import { modelStock as shareOf } from '../formulas/model-stock.js';
import { defineMethod } from '../methods/method-entry.js';
import { compat, compatOption } from '../mixing-parameters.js';

/** Small enough to leave every way from the stock its cosine, and no 0 to divide by for a tensor that did not move. */
const NO_CLAMP = Number.MIN_VALUE;

/** One share t for each tensor, from the angles between the ways that the ingredients went from the stock. */
export const modelStock = defineMethod({
  title: 'Model Stock',
  source: 'Jang, Yun and Han, Model Stock, ECCV 2024, arXiv:2403.19522',
  formula: 'θ = t·mean(θᵢ) + (1 − t)·θ₀, t = N·c/(1 + (N − 1)·c), c the mean cosine of the τᵢ',
  parameters: z.strictObject({ compat, clip: z.boolean().default(false) }),
  options: [
    {
      name: 'clip',
      kind: 'switch',
      words: 'hold t between 0 and 1, so that no tensor leaves the way from stock to mean',
    },
    compatOption,
  ],
  needsBase: true,
  least: 2,
  example: 'model-stock A.safetensors B.safetensors --base S.safetensors -o soup.safetensors',
  bind: ({ compat, clip }, members) => ({
    weighs: true,
    mix(input) {
      const base = stockOf(input, 'Model Stock');
      const found = shareOf(base, input.members, compat === 'mergekit' ? undefined : NO_CLAMP).t;
      const t = clip ? Math.min(1, Math.max(0, found)) : found;
      if (!Number.isFinite(t)) {
        throw new SoupError(
          `The ingredients went so far apart in "${input.name}" that Model Stock has no share t for it.`,
          'Clip t, or leave out ingredients that went opposite ways.',
        );
      }
      input.tell?.([...input.members.map(() => t / members), 1 - t]);
      const result = new Float64Array(base.length);
      for (let at = 0; at < result.length; at++) {
        let sum = 0;
        for (const member of input.members) sum += member[at] as number;
        // In this form t = 0 gives the stock and t = 1 the mean to the last bit.
        result[at] = t * (sum / members) + (1 - t) * (base[at] as number);
      }
      return result;
    },
  }),
});
