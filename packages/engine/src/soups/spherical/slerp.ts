import { z } from 'zod';
import { slerp as interpolate } from '../formulas/slerp.js';
import { defineMethod } from '../methods/method-entry.js';
import { compat, compatOption } from '../mixing-parameters.js';

/** The arc between two ingredients, tensor by tensor. To go from the stock, name it as the first ingredient. */
export const slerp = defineMethod({
  title: 'SLERP',
  source: 'Shoemake, Animating rotation with quaternion curves, SIGGRAPH 1985; on weights as in mergekit',
  formula: 'θ = sin((1 − t)·Ω)/sin Ω·θ₁ + sin(t·Ω)/sin Ω·θ₂, Ω the angle between θ₁ and θ₂',
  parameters: z.strictObject({
    compat,
    t: z.number().min(0).max(1).default(0.5),
    threshold: z.number().min(0).max(1).default(0.9995),
  }),
  options: [
    { name: 't', kind: 'number', words: 'how far from the first ingredient to the second, 0 to 1; default: 0.5' },
    { name: 'threshold', kind: 'number', words: 'the cosine above which the line is taken; default: 0.9995' },
    compatOption,
  ],
  needsBase: false,
  least: 2,
  most: 2,
  example: 'slerp A.safetensors B.safetensors --t 0.3 -o soup.safetensors',
  nominal: ({ t }) => [1 - t, t],
  bind({ compat, t, threshold }) {
    const opposite = compat === 'mergekit' ? 'line' : 'arc';
    return {
      mix: ({ members: [a, b] }) =>
        interpolate(a ?? new Float64Array(), b ?? new Float64Array(), t, { threshold, opposite }),
    };
  },
});
