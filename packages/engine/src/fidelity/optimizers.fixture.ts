import { optimizerCases, optimizerDifference } from '../training/optimizers/optimizers.fixture.js';
import { scheduleCases, scheduleDifference } from '../training/schedules/schedules.fixture.js';
import type { FidelityRow } from './row.fixture.js';

/** Optimizers on given gradients, and the learning rates of schedules, beside torch. */
export const optimizerRows: readonly FidelityRow[] = [
  ...optimizerCases.map(
    (one): FidelityRow => ({
      subject: `${one.name}, weight decay, two rates, 100 steps`,
      quantity: 'weights, f32',
      oracle: one.optimizer === 'lars' ? 'LARS of facebookresearch/moco-v3 in torch 2.15.0, f64' : 'torch 2.15.0, f64',
      difference: 'absolute',
      bound: 1e-5,
      measure: () => optimizerDifference(one),
    }),
  ),
  ...scheduleCases.map(
    (one): FidelityRow => ({
      subject: `${one.schedule} schedule after ${one.warmup} steps of warm-up`,
      quantity: 'learning rate of every step',
      oracle: 'torch 2.15.0 schedulers',
      difference: 'relative',
      bound: 1e-12,
      measure: () => scheduleDifference(one),
    }),
  ),
];
