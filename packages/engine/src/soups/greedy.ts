import { CancelledError } from '../errors.js';
import { averageOf } from './average.js';
import { SoupError } from './errors.js';
import type { SoupMethod } from './method.js';
import { Pool } from './pool.js';
import { RunningSum } from './running-sum.js';
import type { SoupTrial } from './trace.js';

export interface GreedyParameters {
  readonly method: 'greedy';
  /** The paper's algorithm accepts a candidate that is not worse, its released code only one that is better. */
  readonly accept: '>=' | '>';
}

/**
 * Ingredients in the order of their selection scores, best first, equal ones as the plan lists them; each stays in the
 * soup if the soup with it scores no worse (or better, by the rule) than the best soup so far. Costs one evaluation less
 * than there are ingredients, beyond their own.
 */
export const greedy: SoupMethod<GreedyParameters> = {
  title: 'Greedy soup',
  source: 'Wortsman et al., Model soups, ICML 2022, arXiv:2203.05482, recipe 1',
  async cook({ accept }, { ingredients, selection, signal, onProgress }) {
    if (selection === null || selection.scores.length !== ingredients.length) {
      throw new SoupError(
        `A greedy soup of ${ingredients.length} ingredients needs the selection score of each, and has ${selection?.scores.length ?? 0}.`,
        'Evaluate every ingredient on the selection benchmark first.',
      );
    }
    await using pool = await Pool.open(ingredients);
    const [first, ...others] = orderByScore(selection.scores);
    if (first === undefined) throw new SoupError('A greedy soup needs at least one ingredient.', 'Add ingredients.');
    let best = first.score;
    let soup = await RunningSum.empty(pool).with(first.index);
    const trace: SoupTrial[] = [{ round: 0, ...first, best, accepted: true, members: 1 }];
    for (const [place, { index }] of others.entries()) {
      if (signal.aborted) throw new CancelledError('The soup');
      const candidate = await soup.with(index);
      const score = await selection.score(await candidate.mean());
      const accepted = accept === '>=' ? score >= best : score > best;
      if (accepted) soup = candidate;
      trace.push({ round: place + 1, index, score, best, accepted, members: soup.members.length });
      if (accepted) best = score;
      onProgress(place + 1, others.length);
    }
    const members = [...soup.members].sort((a, b) => a - b);
    return {
      coefficients: members.map((index) => ({ index, coefficient: 1 / members.length })),
      trace,
      rule: accept,
      checkpoint: averageOf(ingredients, members, { signal }),
    };
  },
};

/** Best first; among equal scores the one that is listed first. */
function orderByScore(scores: readonly number[]): { index: number; score: number }[] {
  const bad = scores.findIndex((score) => !Number.isFinite(score));
  if (bad >= 0) {
    throw new SoupError(`The selection score of ingredient ${bad} is ${scores[bad]}.`, 'Evaluate it again.');
  }
  return scores.map((score, index) => ({ index, score })).sort((a, b) => b.score - a.score || a.index - b.index);
}
