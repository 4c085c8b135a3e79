import type { GraphBuilder } from '../graph/builder.js';
import type { Value } from '../graph/graph.js';
import type { StateVector } from './state-vectors.js';

/**
 * Dynamic loss scaling (Micikevicius et al. 2018, §3.2; torch.amp.GradScaler): small gradients would be zero in f16, so the
 * loss is multiplied by a scale before it is differentiated. A step whose gradient overflows is left out and halves the
 * scale; so many good ones in a row double it.
 */
export interface LossScale {
  readonly initial: number;
  readonly growEvery: number;
}

/** The values of torch. */
export const LOSS_SCALE: LossScale = { initial: 65536, growEvery: 2000 };

/** Names of the state: the scale, and good updates since it last changed. */
const [SCALE, GOOD] = ['loss_scale', 'good_updates'];
/** Below the largest f32, so that comparing tells an infinity. */
const FINITE = 3e38;

/** The state of the scale, part of the training's. */
export function scaleVectors({ initial }: LossScale): readonly StateVector[] {
  return [
    { name: SCALE, shape: [], first: () => Float32Array.of(initial) },
    { name: GOOD, shape: [], first: () => Float32Array.of(0) },
  ];
}

export interface ScaledLoss {
  /** What to differentiate in place of the loss. */
  readonly scaled: (loss: Value) => Value;
  /** A gradient of it as one of the loss. */
  readonly unscaled: (gradient: Value) => Value;
  /**
   * Whether loss and norm are numbers: a boolean. Writes the next scale and the output `overflow`, 1 for a step that is left
   * out.
   *
   * @param apply whether this batch completes an update; null when every one does
   */
  readonly verdict: (loss: Value, norm: Value, apply: Value | null) => Value;
}

export function scaledLoss(b: GraphBuilder, { growEvery }: LossScale): ScaledLoss {
  const scale = b.input(SCALE, 'f32', []);
  const good = b.input(GOOD, 'f32', []);
  return {
    scaled: (loss) => b.mul(loss, scale),
    unscaled: (gradient) => b.mul(gradient, b.reciprocal(scale)),
    verdict: (loss, norm, apply) => {
      const finite = b.and(b.lessOrEqual(b.abs(norm), FINITE), b.lessOrEqual(b.abs(loss), FINITE));
      const more = b.add(good, 1);
      const grows = b.greaterOrEqual(more, growEvery);
      const nextScale = b.where(finite, b.where(grows, b.mul(scale, 2), scale), b.mul(scale, 0.5));
      const nextGood = b.where(finite, b.where(grows, 0, more), 0);
      const kept = (next: Value, old: Value) => (apply === null ? next : b.where(apply, next, old));
      b.output(`next.${SCALE}`, kept(nextScale, scale));
      b.output(`next.${GOOD}`, kept(nextGood, good));
      b.output('overflow', b.where(finite, b.constant(0), b.constant(1)));
      return finite;
    },
  };
}
