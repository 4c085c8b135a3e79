import { plural, signed } from '@/lib/format';
import type { Soup } from './peers';

type Mixed = Pick<Soup, 'mixing' | 'method' | 'methodTitle'> & {
  readonly base?: { readonly coefficient?: number | null } | null;
  readonly coefficients: readonly { readonly coefficient: number }[];
};

/** How a soup's coefficients are to be read, in a sentence. */
export function mixingWords({ mixing, methodTitle, base, coefficients }: Mixed): string {
  const pool = plural(coefficients.length, 'ingredient');
  if (mixing === 'NOMINAL') {
    return `${methodTitle} is no linear combination of its ingredients: these are the weights that it was asked for. What each tensor got of whom, the method decided.`;
  }
  if (mixing === 'BY_TENSOR') {
    return `Each tensor has coefficients of its own; these are their mean over all weights. The soup’s trace file has every one.`;
  }
  const all = base?.coefficient == null ? coefficients : [...coefficients, { coefficient: base.coefficient }];
  const sum = all.reduce((total, { coefficient }) => total + coefficient, 0);
  const whose = base?.coefficient == null ? `each of ${pool}` : `the stock and each of ${pool}`;
  return `What ${whose} counts in every tensor; together they make ${signed(Number(sum.toPrecision(6)), 6)}.`;
}
