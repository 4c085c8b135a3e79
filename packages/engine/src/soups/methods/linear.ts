import { MethodParameterError } from '../errors.js';
import type { LinearShares, TensorMix } from '../mixing.js';

/** A mix that is a linear combination: the executor computes it exactly; `mix` is the same in plain f64. */
export function linearMix(shares: (name: string) => LinearShares): TensorMix {
  return {
    elementwise: true,
    linear: shares,
    mix({ name, base, members }) {
      const { members: weights, base: stock, divisor } = shares(name);
      const sum = divisor === 1 ? 1 : weights.reduce((total, weight) => total + weight, stock);
      return Float64Array.from(members[0] ?? [], (_, i) => {
        const start = stock === 0 ? 0 : stock * (base?.[i] ?? 0);
        return members.reduce((total, member, index) => total + (weights[index] ?? 0) * (member[i] ?? 0), start) / sum;
      });
    },
  };
}

/** Throws MethodParameterError unless the parameter has one number an ingredient. */
export function assertOneEach(parameter: string, weights: readonly number[], members: number, what: string): void {
  if (weights.length !== members) {
    throw new MethodParameterError(
      parameter,
      `${what} are ${weights.length} numbers for ${members} ingredients.`,
      'Give one number an ingredient, in their order.',
    );
  }
}
