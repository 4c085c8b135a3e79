import { mixingCases } from '../soups/mixing-oracle.fixture.js';
import type { FidelityRow } from './row.fixture.js';

/** Methods of mixing weights beside NumPy, from their papers and from descriptions of mergekit. */
export const mixingRows: readonly FidelityRow[] = mixingCases.map(({ name, difference }) => ({
  subject: name,
  quantity: 'mixed tensor',
  oracle: 'NumPy 2.4.6, f64',
  difference: 'relative',
  bound: 1e-12,
  measure: difference,
}));
