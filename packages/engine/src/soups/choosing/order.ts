import { keyed } from '../../random/index.js';

/** In which order a greedy search tries ingredients. */
export interface OrderOptions {
  /** 'score': best first, which is the paper. 'given': as the plan lists them. 'random': by `seed`. Left out, 'score'. */
  readonly order?: 'score' | 'given' | 'random';
  /** Of the random order; 0 when left out. */
  readonly seed?: number;
  /** Which of equally good ingredients goes first, 'listed' or (as in the paper's released code) the 'last' of them. */
  readonly ties?: 'listed' | 'last';
  /**
   * Where the soup begins. 'best': with the best ingredient whatever the order of the others, so that the soup never scores
   * less than it. 'first': with the first of the order. Left out, 'best'.
   */
  readonly start?: 'best' | 'first';
}

/** The indices of all ingredients in the order in which they are tried. */
export function searchOrder(
  scores: readonly number[],
  { order = 'score', seed = 0, ties = 'listed', start = 'best' }: OrderOptions,
): number[] {
  const listed = scores.map((_, index) => index);
  const byScore = bestFirst(scores, ties);
  const orders = {
    score: () => byScore,
    given: () => listed,
    random: () => [...keyed(seed, 'greedy order').permutation(scores.length)],
  };
  const found = orders[order]();
  const [best] = byScore;
  if (start === 'first' || best === undefined) return found;
  return [best, ...found.filter((index) => index !== best)];
}

/** Best first; among equal scores as `ties` says. */
export function bestFirst(scores: readonly number[], ties: 'listed' | 'last' = 'listed'): number[] {
  const direction = ties === 'listed' ? 1 : -1;
  return scores
    .map((score, index) => ({ score, index }))
    .sort((a, b) => b.score - a.score || direction * (a.index - b.index))
    .map(({ index }) => index);
}
