import { type LearnedCase, learnedCases, learnedDifference } from '../soups/choosing/oracle.fixture.js';
import type { FidelityRow } from './row.fixture.js';

const subjects: Readonly<Record<LearnedCase, string>> = {
  model: 'learned soup, one coefficient an ingredient, 5 epochs',
  tensor: 'learned soup by tensor, 5 epochs',
  seasoned: 'self-seasoning, 5 epochs',
};

/** Coefficients that we learn from slopes and inner products, beside autograd with all ingredients in memory. */
export const learnedSoupRows: readonly FidelityRow[] = learnedCases.map((one) => ({
  subject: subjects[one],
  quantity: 'loss, coefficients and scale after every epoch, f64',
  oracle: 'torch 2.15.0, autograd and AdamW, f64',
  difference: 'absolute',
  bound: 1e-9,
  measure: () => learnedDifference(one),
}));
