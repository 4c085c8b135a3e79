import type { Optimizer } from './optimizer.js';
import { named, scaled } from './scalar-values.js';

export interface AdamwOptions {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

/** The values of torch; MAE pre-trains with beta2 0.95. */
export const ADAMW_DEFAULTS: AdamwOptions = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };

/**
 * AdamW with decoupled weight decay (Loshchilov and Hutter 2019) in the order and with the bias corrections of
 * `torch.optim.AdamW`: w ← w·(1 − lr·decay); m ← β₁m + (1 − β₁)g; v ← β₂v + (1 − β₂)g²;
 * w ← w − lr/(1 − β₁ᵗ) · m / (√v/√(1 − β₂ᵗ) + ε).
 */
export function adamw(options: Partial<AdamwOptions> = {}): Optimizer {
  const { beta1, beta2, epsilon } = { ...ADAMW_DEFAULTS, ...options };
  return {
    slots: ['first_moment', 'second_moment'],
    // In f32, 1 − 0.999ᵗ would lose four digits at the first steps, so the host computes the corrections in f64.
    scalars: (step, lr) => ({
      lr,
      step_size: lr / (1 - beta1 ** (step + 1)),
      second_correction: 1 / Math.sqrt(1 - beta2 ** (step + 1)),
    }),
    update: (b, { weights, gradient, state }, scalars, { weightDecay, lrScale }) => {
      const first = b.add(b.mul(named(state, 'first_moment'), beta1), b.mul(gradient, 1 - beta1));
      const square = b.mul(b.mul(gradient, gradient), 1 - beta2);
      const second = b.add(b.mul(named(state, 'second_moment'), beta2), square);
      const scale = b.add(b.mul(b.sqrt(second), named(scalars, 'second_correction')), epsilon);
      const move = b.mul(b.div(first, scale), scaled(b, named(scalars, 'step_size'), lrScale));
      const keep = weightDecay === 0 ? null : b.sub(1, b.mul(named(scalars, 'lr'), weightDecay * lrScale));
      const decayed = keep === null ? weights : b.mul(weights, keep);
      return { weights: b.sub(decayed, move), state: { first_moment: first, second_moment: second } };
    },
  };
}
