import { integer, number, oneOf } from '../fields.js';
import { seed } from '../seed.js';
import { defineKind } from './define-kind.js';

export const adversarial = defineKind({
  name: 'adversarial',
  what: 'an adversarial benchmark',
  protocol: 'adversarial-2',
  version: 2,
  reads: 'gradients',
  second: null,
  options: {
    attack: oneOf(['fgsm', 'pgd'])
      .default('pgd')
      .describe('One step from the image itself, or many from a drawn start.'),
    norm: oneOf(['linf', 'l2'])
      .default('linf')
      .describe('How far is measured: the largest change of a pixel, or the length of all changes.'),
    epsilon: number({ min: 0, max: 1000 }, '0.0314').describe(
      'Radius, where pixels go from 0 to 1: 8/255 = 0.0314 is usual for CIFAR, 4/255 = 0.0157 for ImageNet, 0.5 with l2.',
    ),
    steps: integer(1, 1000).exactOptional().describe('Steps of PGD; left out, 20.'),
    step_size: number({ min: 0, max: 1000 }, '0.0078')
      .exactOptional()
      .describe('Length of a step of PGD; left out, 2.5 · epsilon / steps.'),
    restarts: integer(1, 100)
      .exactOptional()
      .describe(
        'Drawn starts of PGD; an image survives only if it is right unattacked and after all of them. Left out, 1.',
      ),
    seed: seed.default(0).describe('Seeds the starts.'),
  },
  explicit: ({ attack, epsilon, steps = 20, step_size: size, restarts = 1, ...rest }) =>
    attack === 'fgsm'
      ? { attack, epsilon, steps: 1, step_size: epsilon, restarts: 1, ...rest }
      : { attack, epsilon, steps, step_size: size ?? (2.5 * epsilon) / steps, restarts, ...rest },
  check: ({ attack, ...options }) =>
    attack === 'pgd'
      ? []
      : (['steps', 'step_size', 'restarts'] as const)
          .filter((key) => options[key] !== undefined)
          .map((key) => ({ key, message: `FGSM is one step of the length epsilon: remove '${key}', or use pgd.` })),
  headline: () => 'adversarialAccuracy',
});
