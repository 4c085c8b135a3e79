/** @file Means over the checkpoints of one training, given in the order in which they were written. */
import { z } from 'zod';
import { linearMix } from './linear.js';
import { defineMethod } from './method-entry.js';

/**
 * The exponential mean that a training would have kept had it looked at its weights whenever it wrote a checkpoint; begun
 * with the first of them. With `warmup` the decay grows to its value as min(d, (1 + t)/(10 + t)) for the t-th checkpoint.
 */
export const ema = defineMethod({
  title: 'Exponential mean of a run',
  source: 'Polyak and Juditsky, SIAM J. Control Optim. 30(4), 1992; warm-up as in TensorFlow and timm',
  formula: 'θ ← d·θ + (1 − d)·θₜ, begun with θ = θ₁',
  parameters: z.strictObject({ decay: z.number().min(0).max(1).default(0.9), warmup: z.boolean().default(false) }),
  options: [
    { name: 'decay', kind: 'number', words: 'the share that is kept at each checkpoint, 0 to 1; default: 0.9' },
    { name: 'warmup', kind: 'switch', words: 'let the decay grow to its value: min(d, (1 + t)/(10 + t))' },
  ],
  needsBase: false,
  alongARun: true,
  least: 1,
  example: 'ema A.safetensors B.safetensors C.safetensors --decay 0.9 -o soup.safetensors',
  bind({ decay, warmup }, members) {
    let shares = [1];
    for (let step = 1; step < members; step++) {
      const kept = warmup ? Math.min(decay, (1 + step) / (10 + step)) : decay;
      shares = [...shares.map((share) => share * kept), 1 - kept];
    }
    // By their sum, which is 1 but for its rounding: so copies of one checkpoint stay that checkpoint.
    return linearMix(() => ({ members: shares.map(negligible), base: 0, divisor: 'sum' }));
  },
});

/** The mean of the checkpoints after the given share of a run. */
export const swa = defineMethod({
  title: 'Stochastic weight averaging',
  source: 'Izmailov et al., UAI 2018, arXiv:1803.05407',
  formula: 'θ = mean of θₜ for t > start·T',
  parameters: z.strictObject({ start: z.number().min(0).lt(1).default(0.75) }),
  options: [{ name: 'start', kind: 'number', words: 'the share of the checkpoints that is left out; default: 0.75' }],
  needsBase: false,
  alongARun: true,
  least: 1,
  example: 'swa A.safetensors B.safetensors C.safetensors --start 0.5 -o soup.safetensors',
  bind({ start }, members) {
    const skipped = Math.min(Math.floor(start * members), members - 1);
    return meanOfLast(members, members - skipped);
  },
});

/** The mean of the last k checkpoints. */
export const lawa = defineMethod({
  title: 'Latest weight averaging',
  source: 'Kaddour, Stop wasting my time!, 2022, arXiv:2209.14981',
  formula: 'θ = (θ_{T−k+1} + … + θ_T) / k',
  parameters: z.strictObject({ last: z.int().min(1).default(6) }),
  options: [{ name: 'last', kind: 'number', words: 'how many of the last checkpoints are averaged; default: 6' }],
  needsBase: false,
  alongARun: true,
  least: 1,
  example: 'lawa A.safetensors B.safetensors C.safetensors --last 2 -o soup.safetensors',
  bind: ({ last }, members) => meanOfLast(members, Math.min(last, members)),
});

function meanOfLast(members: number, count: number) {
  const shares = Array.from({ length: members }, (_, index) => (index < members - count ? 0 : 1));
  return linearMix(() => ({ members: shares, base: 0, divisor: 'sum' }));
}

/** Below 2^-100 a share changes no number of any element type. */
function negligible(share: number): number {
  return share < 2 ** -100 ? 0 : share;
}
