import type { StoredType } from '../../checkpoints/storage.js';
import type { TensorMix } from '../mixing.js';
import { floatFormats } from '../rounding.js';
import type { Mixing } from '../trace.js';
import type { OpenIngredients } from './ingredients.js';

/** What each ingredient, and then the stock, counts in a soup. */
export interface MixtureShares {
  readonly mixing: Mixing;
  readonly coefficients: number[];
  /** By tensor, for mixing 'by tensor'. */
  readonly shares?: Record<string, number[]>;
}

/** Written in as many characters as a number ever is: room in a header for one that is not known yet. */
const WIDEST = -1.2345678901234567e-6;

/**
 * Asks a method what each input counts.
 *
 * @param nominal what was asked for, the stock left out, for a method that is no linear combination
 * @param found what a method that weighs has told of each tensor; left out before it mixes, for numbers that hold the room
 */
export function mixtureShares(
  mix: TensorMix,
  { types, base }: Pick<OpenIngredients, 'types' | 'base'>,
  nominal: readonly number[],
  found?: ReadonlyMap<string, readonly number[]>,
): MixtureShares {
  const floats = [...types].filter(([, { dtype }]) => floatFormats[dtype] !== null);
  if (mix.weighs === true && floats.length > 0) {
    const room = Array.from({ length: nominal.length + (base === null ? 0 : 1) }, () => WIDEST);
    const rows = new Map(floats.map(([name]) => [name, [...(found?.get(name) ?? room)]]));
    const coefficients = found === undefined ? room : meanBySize(rows, types);
    return { mixing: 'by tensor', coefficients, shares: Object.fromEntries(rows) };
  }
  const byTensor = new Map<string, number[]>();
  for (const [name, { dtype, shape }] of types) {
    if (floatFormats[dtype] === null) continue;
    const given = mix.linear?.(name, shape);
    // Of the stock nothing is asked for: what it counts is what the method makes of the others.
    if (given === undefined) return { mixing: 'nominal', coefficients: base === null ? [...nominal] : [...nominal, 0] };
    const all = base === null ? given.members : [...given.members, given.base];
    const divisor = given.divisor === 1 ? 1 : all.reduce((sum, share) => sum + share, 0);
    byTensor.set(
      name,
      all.map((share) => share / divisor),
    );
  }
  const rows = [...byTensor.values()];
  const [first = [...nominal, ...(base === null ? [] : [0])]] = rows;
  if (rows.every((row) => row.every((share, at) => share === first[at]))) {
    return { mixing: 'linear', coefficients: first };
  }
  return { mixing: 'by tensor', coefficients: meanBySize(byTensor, types), shares: Object.fromEntries(byTensor) };
}

function meanBySize(rows: ReadonlyMap<string, readonly number[]>, types: ReadonlyMap<string, StoredType>): number[] {
  const sums: number[] = [];
  let total = 0;
  for (const [name, row] of rows) {
    const elements = (types.get(name)?.shape ?? []).reduce((product, dimension) => product * dimension, 1);
    total += elements;
    for (const [at, share] of row.entries()) sums[at] = (sums[at] ?? 0) + share * elements;
  }
  return sums.map((sum) => (total === 0 ? 0 : sum / total));
}
