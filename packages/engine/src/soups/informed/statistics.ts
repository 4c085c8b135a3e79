import { SoupError } from '../errors.js';
import type { TensorMix } from '../mixing.js';

/** Numbers about every ingredient that were measured on data before mixing, tensor by tensor. */
export interface Statistics {
  /**
   * What was measured of one tensor of one ingredient: for Fisher a number for each element; for RegMean the Gram matrix
   * [inputs, inputs] of a linear layer. Null where nothing was measured.
   */
  of(member: number, name: string): Float64Array | null;
  /** The mean of all that was measured of an ingredient, by which its numbers may be normalised. */
  mean(member: number): number;
}

/** A mixing method that reads measurements beside the tensors. As with the others, a tensor depends on that tensor alone. */
export interface InformedMethod<P> {
  readonly title: string;
  readonly source: string;
  /** @throws SoupError for parameters or statistics that do not fit */
  bind(parameters: P, members: number, statistics: Statistics): TensorMix;
}

/** What was measured of a tensor of every ingredient; null where that is nothing of any. Of some but not of others is refused. */
export function measuredOf(
  statistics: Statistics,
  members: number,
  name: string,
  length: number,
): readonly Float64Array[] | null {
  const found = Array.from({ length: members }, (_, member) => statistics.of(member, name));
  if (found.every((values) => values === null)) return null;
  return found.map((values, member) => {
    if (values === null) {
      throw new SoupError(
        `"${name}" was measured for other ingredients, but not for ingredient ${member}.`,
        'Measure all ingredients in the same way.',
      );
    }
    if (values.length !== length) {
      throw new SoupError(
        `What was measured of "${name}" of ingredient ${member} has ${values.length} numbers, not ${length}.`,
        'Measure the ingredients that are mixed.',
      );
    }
    const wrong = values.findIndex((value) => !Number.isFinite(value));
    if (wrong < 0) return values;
    throw new SoupError(
      `What was measured of "${name}" of ingredient ${member} has ${values[wrong]} at ${wrong}.`,
      'Measure again: a loss or an activation was not finite.',
    );
  });
}

/** Statistics that were measured, one map by tensor name for each ingredient, in their order. */
export function measuredStatistics(measured: readonly ReadonlyMap<string, Float64Array>[]): Statistics {
  const means = measured.map((tensors) => {
    let [sum, count] = [0, 0];
    for (const values of tensors.values()) {
      for (const value of values) sum += value;
      count += values.length;
    }
    return count === 0 ? 0 : sum / count;
  });
  return { of: (member, name) => measured[member]?.get(name) ?? null, mean: (member) => means[member] ?? 0 };
}
