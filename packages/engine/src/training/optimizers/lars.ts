import type { GraphBuilder } from '../../graph/builder.js';
import type { Value } from '../../graph/graph.js';
import type { ParameterSlot } from '../parameter-layout.js';
import type { Optimizer } from './optimizer.js';
import { named, scaled } from './scalar-values.js';

export interface LarsOptions {
  readonly momentum: number;
  readonly trustCoefficient: number;
}

/** Those of facebookresearch/moco-v3 and facebookresearch/mae. */
export const LARS_DEFAULTS: LarsOptions = { momentum: 0.9, trustCoefficient: 0.001 };

/**
 * LARS (You, Gitman and Ginsburg 2017, arXiv 1708.03888) as moco-v3 and MAE's linear probe have it: g ← g + decay·w; every
 * tensor of more than one axis has its g multiplied by q = trust·‖w‖/‖g‖ (1 where a norm is 0), vectors keep theirs;
 * v ← momentum·v + g; w ← w − lr·v.
 *
 * The norms are taken tensor by tensor in the group's flat vector: two cuts, two sums a tensor, and everything else on one
 * vector of ratios.
 */
export function lars(options: Partial<LarsOptions> = {}): Optimizer {
  const { momentum, trustCoefficient } = { ...LARS_DEFAULTS, ...options };
  return {
    slots: ['momentum'],
    scalars: (_, lr) => ({ lr }),
    update: (b, { weights, gradient, state }, scalars, { weightDecay, lrScale, slots }) => {
      const decayed = weightDecay === 0 ? gradient : b.add(gradient, b.mul(weights, weightDecay));
      const trusted = trust(b, weights, decayed, segmentsOf(slots), trustCoefficient);
      const sum = b.add(b.mul(named(state, 'momentum'), momentum), trusted);
      const move = b.mul(sum, scaled(b, named(scalars, 'lr'), lrScale));
      return { weights: b.sub(weights, move), state: { momentum: sum } };
    },
  };
}

/** The smallest normal f32. */
const SMALLEST = 2 ** -126;

interface Segment {
  readonly size: number;
  /** Whether it is one tensor with a ratio of its own; else vectors, one after the other. */
  readonly adapted: boolean;
}

/** The tensors of a group, neighbouring vectors taken together. */
function segmentsOf(slots: readonly ParameterSlot[]): readonly Segment[] {
  const segments: Segment[] = [];
  for (const { shape, size } of slots) {
    const adapted = shape.length > 1;
    const last = segments[segments.length - 1];
    if (!adapted && last?.adapted === false) segments[segments.length - 1] = { ...last, size: last.size + size };
    else segments.push({ size, adapted });
  }
  return segments;
}

/** The gradient with every adapted segment multiplied by its own trust ratio. */
function trust(
  b: GraphBuilder,
  weights: Value,
  gradient: Value,
  segments: readonly Segment[],
  coefficient: number,
): Value {
  if (segments.every(({ adapted }) => !adapted)) return gradient;
  const sizes = segments.map(({ size }) => size);
  const norms = (vector: Value) => {
    const squares = b.split(b.mul(vector, vector), { axis: 0, sizes });
    const sums = squares.filter((_, index) => segments[index]?.adapted);
    return b.sqrt(
      b.concat(
        sums.map((piece) => b.reduceSum(piece, { axes: [0], keepdims: true })),
        { axis: 0 },
      ),
    );
  };
  const [weightNorms, gradientNorms] = [norms(weights), norms(gradient)];
  const known = b.and(b.greater(weightNorms, 0), b.greater(gradientNorms, 0));
  // The maximum keeps a division by zero out of the branch that Where does not take.
  const quotient = b.div(b.mul(weightNorms, coefficient), b.max(gradientNorms, SMALLEST));
  const ratios = b.split(b.where(known, quotient, 1), {
    axis: 0,
    sizes: segments.filter(({ adapted }) => adapted).map(() => 1),
  });
  let next = 0;
  const pieces = b.split(gradient, { axis: 0, sizes }).map((piece, index) => {
    const ratio = segments[index]?.adapted ? ratios[next++] : undefined;
    return ratio === undefined ? piece : b.mul(piece, ratio);
  });
  return b.concat(pieces, { axis: 0 });
}
