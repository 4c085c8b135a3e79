import type { Compat } from '../mixing-parameters.js';
import { orderlessSum } from './exact-sum.js';
import type { DeltaSettings } from './parameters.js';

export interface Combination extends Pick<DeltaSettings, 'lambda' | 'merge' | 'tie'> {
  readonly weights: readonly number[];
  readonly compat: Compat;
  /** Whether a sign is elected for each element, and only changes of that sign take part: TIES. */
  readonly elect: boolean;
  /** The sign of most elements of the whole model; read where `tie` is 'majority'. */
  readonly majority?: number;
}

/** What mergekit takes for a divisor that is as good as 0; it then divides by 1. */
const NO_DIVISOR = 1e-8;

/**
 * θ_0 + λ · Σ w_i τ̂_i, divided by Σ w_i where `merge` is 'mean'. With `elect`, sums are over the ingredients whose weighted
 * change has the sign of Σ w_i τ̂_i: dropped numbers are 0 and take no part. All sums are correctly rounded, so that the
 * order of the ingredients (with their weights) decides nothing.
 *
 * @param vectors sparse task vectors, each as long as `base`
 */
export function combine(base: Float64Array, vectors: readonly Float64Array[], combination: Combination): Float64Array {
  const { weights, compat, elect, merge, lambda } = combination;
  const tieSign = elect ? signOfTies(combination) : 0;
  const result = new Float64Array(base.length);
  const terms = new Float64Array(vectors.length);
  const shares = new Float64Array(vectors.length);
  const allShares = orderlessSum(Float64Array.from(weights), weights.length);
  for (let at = 0; at < result.length; at++) {
    weigh(terms, at, vectors, weights);
    let sum = orderlessSum(terms, terms.length);
    let divisor = allShares;
    if (elect) {
      const sign = Math.sign(sum) || tieSign;
      let taking = 0;
      for (let i = 0; i < terms.length; i++) {
        const term = terms[i] as number;
        if (term === 0 || Math.sign(term) !== sign) continue;
        shares[taking] = weights[i] as number;
        terms[taking++] = term;
      }
      sum = orderlessSum(terms, taking);
      divisor = orderlessSum(shares, taking);
    }
    if (merge === 'mean') sum /= Math.abs(divisor) < NO_DIVISOR && (compat === 'mergekit' || sum === 0) ? 1 : divisor;
    result[at] = (base[at] as number) + lambda * sum;
  }
  return result;
}

function weigh(terms: Float64Array, at: number, vectors: readonly Float64Array[], weights: readonly number[]): void {
  for (let i = 0; i < terms.length; i++) terms[i] = (weights[i] as number) * (vectors[i]?.[at] as number);
}

/** The sign where changes cancel out: 0 as in the paper's formula, +1 in mergekit, or as in the paper's code that of the model. */
function signOfTies({ tie, majority }: Combination): number {
  if (tie !== 'majority') return tie === 'positive' ? 1 : 0;
  if (majority === undefined) throw new TypeError('The sign of most elements of the model was not handed over.');
  return majority;
}

/** How many more elements of a tensor have a positive sum of weighted changes than a negative one. */
export function balanceOf(
  length: number,
  vectors: readonly Float64Array[],
  { weights }: Pick<Combination, 'weights'>,
): number {
  const terms = new Float64Array(vectors.length);
  let balance = 0;
  for (let at = 0; at < length; at++) {
    weigh(terms, at, vectors, weights);
    balance += Math.sign(orderlessSum(terms, terms.length));
  }
  return balance;
}
