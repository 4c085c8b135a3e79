import { EvaluationError } from '../errors.js';

/** How far an attack may go from an image: the largest change of a pixel, or the Euclidean length of all changes. */
export type AttackNorm = 'linf' | 'l2';

/** A gradient attack in the space of pixels, where an image lies in [0, 1]. */
export interface Attack {
  readonly norm: AttackNorm;
  /** Radius, in pixel values: 8/255 is usual for CIFAR and 4/255 for ImageNet with Linf, 0.5 with L2. */
  readonly eps: number;
  readonly steps: number;
  readonly stepSize: number;
  /** Begins anywhere in the ball instead of at the image. */
  readonly randomStart: boolean;
  /** Attacks of one image, from different starts; it survives only if it survives all. */
  readonly restarts: number;
}

/** One step as long as the radius, from the image itself: the fast gradient (sign) method of Goodfellow et al. 2015. */
export function fgsm(eps: number, norm: AttackNorm = 'linf'): Attack {
  return checked({ norm, eps, steps: 1, stepSize: eps, randomStart: false, restarts: 1 });
}

/** Projected gradient descent of Madry et al. 2018: 20 steps of 2.5·eps/steps from a random start, unless said otherwise. */
export function pgd(eps: number, change: Partial<Omit<Attack, 'eps'>> = {}): Attack {
  const { steps = 20 } = change;
  return checked({
    norm: 'linf',
    eps,
    stepSize: (2.5 * eps) / steps,
    randomStart: true,
    restarts: 1,
    ...change,
    steps,
  });
}

function checked(attack: Attack): Attack {
  const { eps, steps, stepSize, restarts, randomStart } = attack;
  const whole = Number.isInteger(steps) && steps >= 1 && Number.isInteger(restarts) && restarts >= 1;
  if (!(eps >= 0 && Number.isFinite(eps)) || !(stepSize >= 0 && Number.isFinite(stepSize)) || !whole) {
    throw new EvaluationError(
      `No attack has radius ${eps}, ${steps} steps of ${stepSize} and ${restarts} restarts.`,
      'Give a radius and a step size from 0, and at least one step and one restart.',
    );
  }
  if (restarts > 1 && !randomStart) {
    throw new EvaluationError(
      `${restarts} restarts from the image itself are ${restarts} times the same attack.`,
      'Use a random start, or one restart.',
    );
  }
  return attack;
}
