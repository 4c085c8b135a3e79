import type { SoupCertificate } from './certificate.js';
import type { Ingredient, Mixture } from './method.js';
import { type SoupOptions, writeSoup } from './streaming/index.js';
import type { Mixing, SoupCoefficient } from './trace.js';

/** Where a mixture is cooked. */
export interface MixtureOrder {
  readonly mixture: Mixture;
  /** All that the mixture's indices may mean. */
  readonly ingredients: readonly Ingredient[];
  /** The stock with its head, for a method that needs one. */
  readonly base: Ingredient | null;
  readonly output: string;
  /** Files with what was measured of each member, for a method that mixes by that. */
  readonly measured?: readonly string[];
}

/** Writes the soup that a mixture is, as `writeSoup` does. Content that is known by its hash is not hashed again. */
export async function cookMixture(order: MixtureOrder, options: SoupOptions): Promise<SoupCertificate> {
  const { mixture, ingredients, base, output, measured = [] } = order;
  const { method, parameters, members, seed } = mixture;
  const chosen = members.flatMap((index) => ingredients[index] ?? []);
  const all = base === null ? chosen : [...chosen, base];
  const hashes = all.flatMap(({ path, hash }): [string, string][] => (hash === undefined ? [] : [[path, hash]]));
  return await writeSoup(
    {
      ...{ method, parameters, output, base: base?.path ?? null },
      ingredients: chosen.map(({ path }) => path),
      names: all.map(({ name }) => name),
      ...(seed === undefined ? {} : { seed }),
      ...(measured.length === 0 ? {} : { measured }),
    },
    { hashes: new Map(hashes), ...options },
  );
}

/** What is recorded of a mixture beside what it was told. */
export interface MixtureRecord {
  readonly mixing: Mixing;
  readonly coefficients: SoupCoefficient[];
  /** What the stock counts; absent where the method takes none, or is no linear combination. */
  readonly base?: number;
  /** Coefficients of the ingredients, and then of the stock, by tensor; there exactly for mixing 'by tensor'. */
  readonly tensors?: Record<string, number[]>;
}

/** What a certificate says of the ingredients as indices of the pool that the mixture was taken from. */
export function recordOf({ members }: Mixture, { mixing, coefficients, shares }: SoupCertificate): MixtureRecord {
  const base = coefficients[members.length];
  return {
    mixing,
    coefficients: [...sumsBy(members, coefficients)]
      .filter(([, coefficient]) => coefficient !== 0)
      .sort(([a], [b]) => a - b)
      .map(([index, coefficient]) => ({ index, coefficient })),
    ...(base === undefined || mixing === 'nominal' ? {} : { base }),
    ...(shares === undefined ? {} : { tensors: shares }),
  };
}

/** An ingredient that is listed several times counts as often. */
function sumsBy(members: readonly number[], coefficients: readonly number[]): Map<number, number> {
  const places = new Map<number, number[]>();
  for (const [place, index] of members.entries()) {
    places.set(index, [...(places.get(index) ?? []), coefficients[place] ?? 0]);
  }
  return new Map(
    [...places].map(([index, parts]) => {
      const [first = 0] = parts;
      // n · x is rounded once, where n additions would be rounded n − 1 times: two thirds are 2/3.
      const equal = parts.every((part) => part === first);
      return [index, equal ? first * parts.length : parts.reduce((sum, part) => sum + part, 0)];
    }),
  );
}
