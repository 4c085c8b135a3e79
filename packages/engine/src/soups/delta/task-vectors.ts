import { SoupError } from '../errors.js';
import type { MixInput } from '../mixing.js';

/** The tensor of the stock, or a sentence for whoever did not bring one. */
export function stockOf({ base, name }: Pick<MixInput, 'base' | 'name'>, method: string): Float64Array {
  if (base !== null) return base;
  throw new SoupError(
    `${method} works on what ingredients changed in the stock, but tensor "${name}" came without the stock's.`,
    'Name the stock that all ingredients began from.',
  );
}

/** τ_i = θ_i − θ_0 of every ingredient: the task vectors. */
export function taskVectors(base: Float64Array, members: readonly Float64Array[]): Float64Array[] {
  return members.map((member) => {
    const vector = new Float64Array(base.length);
    for (let i = 0; i < vector.length; i++) vector[i] = (member[i] as number) - (base[i] as number);
    return vector;
  });
}
