import { plural, signed } from '@/lib/format';
import type { Soup } from './peers';

type Mixed = Pick<Soup, 'mixing' | 'method' | 'methodTitle'> & {
  readonly base?: { readonly coefficient?: number | null } | null;
  readonly coefficients: readonly {
    readonly coefficient: number;
    readonly ingredient: { readonly id: string; readonly name: string };
  }[];
};

/** '5 ingredients', '4 snapshots of ft-00'. */
export function poolWords(coefficients: Mixed['coefficients']): string {
  const [first] = coefficients;
  const run = coefficients.length > 1 && coefficients.every(({ ingredient }) => ingredient.id === first?.ingredient.id);
  return run
    ? `${plural(coefficients.length, 'snapshot')} of ${first?.ingredient.name}`
    : plural(coefficients.length, 'ingredient');
}

/** How a soup's coefficients are to be read, in a sentence. */
export function mixingWords({ mixing, method, methodTitle, base, coefficients }: Mixed): string {
  const pool = poolWords(coefficients);
  if (method === 'batchnorm') {
    return 'What the model counts in every tensor but the means and variances of batch normalisation: those were taken anew on images.';
  }
  if (mixing === 'NOMINAL') {
    return `${methodTitle} has no fixed coefficients: what each tensor gets of whom, it decides from the tensors themselves. These are the weights that it was asked for.`;
  }
  if (mixing === 'BY_TENSOR') {
    return `Each tensor has coefficients of its own; these are their mean over all weights. The soup’s trace file has every one.`;
  }
  const sum = coefficients.reduce((total, { coefficient }) => total + coefficient, base?.coefficient ?? 0);
  const whose = base?.coefficient == null ? `each of ${pool}` : `the stock and each of ${pool}`;
  return `What ${whose} counts in every tensor; together they make ${signed(Number(sum.toPrecision(6)), 6)}.`;
}
