import { CancelledError } from '../../errors.js';
import { gamma, keyed } from '../../random/index.js';
import { SoupError } from '../errors.js';
import type { Candidate } from '../method.js';
import type { WeightMixer } from './weight-mixer.js';

export interface InstantSeasoningOptions {
  /** How many mixtures are tried: 1000 in the paper. */
  readonly draws: number;
  readonly seed: number;
  /** The Dirichlet distribution's one parameter: 1 draws every mixture with equal density. */
  readonly concentration?: number;
}

export interface Seasoned {
  /** The best draw; the first of equals. */
  readonly draw: number;
  readonly shares: readonly number[];
  readonly score: number;
  /** Of every draw. */
  readonly scores: readonly number[];
}

/**
 * Shares of the ingredients, drawn from Dirichlet(concentration, …). Draw i depends on the seed, on i and on the number of
 * ingredients alone, so more draws try the same mixtures and further ones.
 */
export function drawShares(
  ingredients: number,
  draw: number,
  { seed, concentration = 1 }: Pick<InstantSeasoningOptions, 'seed' | 'concentration'>,
): number[] {
  const random = keyed(seed, 'instant seasoning', draw);
  const drawn = Array.from({ length: ingredients }, () => gamma(random, concentration));
  const sum = drawn.reduce((total, value) => total + value, 0);
  return sum > 0 ? drawn.map((value) => value / sum) : drawn.map(() => 1 / ingredients);
}

/**
 * Instant seasoning (Self-Soupervision §3.3): random mixtures, of which the one with the best score is kept. The paper
 * scores by weighted kNN on features (`weightedKnn`); any score will do for which more is better.
 *
 * @throws {SoupError} for a score that is no number
 */
export async function seasonInstantly(
  mixer: WeightMixer,
  score: (candidate: Candidate) => Promise<number>,
  options: InstantSeasoningOptions,
  { signal, onProgress }: { signal?: AbortSignal; onProgress?: (done: number, total: number) => void } = {},
): Promise<Seasoned> {
  const scores: number[] = [];
  for (let draw = 0; draw < options.draws; draw++) {
    if (signal?.aborted) throw new CancelledError('The soup');
    const shares = drawShares(mixer.ingredients, draw, options);
    const found = await score(await mixer.mix(() => shares));
    if (!Number.isFinite(found)) {
      throw new SoupError(`Draw ${draw} of the seasoning scores ${found}.`, 'Evaluate the ingredients alone first.');
    }
    scores.push(found);
    onProgress?.(draw + 1, options.draws);
  }
  const best = Math.max(...scores);
  const draw = scores.indexOf(best);
  if (draw < 0) throw new SoupError('No mixture was drawn.', 'Ask for at least one draw.');
  return { draw, shares: drawShares(mixer.ingredients, draw, options), score: best, scores };
}
