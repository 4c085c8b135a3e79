import type { Optimizer } from './optimizer.js';
import { named, scaled } from './scalar-values.js';

export interface SgdOptions {
  /** How much of the running sum of gradients is kept, in [0, 1). */
  readonly momentum: number;
  /** Share of a new gradient that is left out of the running sum, in [0, 1]. */
  readonly dampening: number;
  /** Look ahead: move by gradient + momentum · sum. Needs momentum and no dampening. */
  readonly nesterov: boolean;
}

/** 0.9 is what is meant by "SGD with momentum"; torch's own default is none. */
export const SGD_DEFAULTS: SgdOptions = { momentum: 0.9, dampening: 0, nesterov: false };

/**
 * Stochastic gradient descent as `torch.optim.SGD` has it: weight decay is added to the gradient (g ← g + decay·w, so it
 * is no decoupled decay), the first step puts the whole gradient into the sum, every other one
 * v ← momentum·v + (1 − dampening)·g; then w ← w − lr·v, or w ← w − lr·(g + momentum·v) with Nesterov's look-ahead.
 *
 * @throws {RangeError} for a look-ahead without momentum or with dampening, as torch does.
 */
export function sgd(options: Partial<SgdOptions> = {}): Optimizer {
  const { momentum, dampening, nesterov } = { ...SGD_DEFAULTS, ...options };
  if (nesterov && (momentum === 0 || dampening !== 0)) {
    throw new RangeError('SGD with nesterov needs a momentum above 0 and no dampening.');
  }
  return {
    slots: momentum === 0 ? [] : ['momentum'],
    scalars: (step, lr): Record<string, number> =>
      dampening === 0 ? { lr } : { lr, gradient_share: step === 0 ? 1 : 1 - dampening },
    update: (b, { weights, gradient, state }, scalars, { weightDecay, lrScale }) => {
      const decayed = weightDecay === 0 ? gradient : b.add(gradient, b.mul(weights, weightDecay));
      const rate = scaled(b, named(scalars, 'lr'), lrScale);
      if (momentum === 0) return { weights: b.sub(weights, b.mul(decayed, rate)), state: {} };
      const added = dampening === 0 ? decayed : b.mul(decayed, named(scalars, 'gradient_share'));
      const sum = b.add(b.mul(named(state, 'momentum'), momentum), added);
      const direction = nesterov ? b.add(decayed, b.mul(sum, momentum)) : sum;
      return { weights: b.sub(weights, b.mul(direction, rate)), state: { momentum: sum } };
    },
  };
}
