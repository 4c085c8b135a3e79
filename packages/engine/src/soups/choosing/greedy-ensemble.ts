import { averageLogits } from '../logit-ensemble.js';
import { Evaluations } from './evaluations.js';
import { type GreedyOptions, searchGreedily } from './greedy-search.js';
import type { Choice, SearchKitchen } from './search.js';

export interface CachedAnswers {
  /** Of every model, its own logits [rows, classes] on the selection benchmark; no network is run. */
  readonly logits: readonly Float32Array[];
  /** How good some logits are; more is better. Top-1, as a rule. */
  readonly score: (logits: Float32Array) => number;
  /** Models that are one and the same, as `alikeBy` finds them; left out, all differ. */
  readonly alike?: readonly number[];
}

/**
 * The greedy ensemble (Wortsman et al. 2022, the baseline of their tables): the greedy recipe with the mean of raw logits in the
 * place of the mean of weights. It costs no forward pass, for the logits of each model alone are all that it needs; its answers
 * cost one for every member. Options are those of the greedy soup.
 *
 * @returns as a search for a soup: the members are those whose logits are averaged
 * @throws SoupError for logits of different lengths, or that are not finite, naming the model
 */
export function searchGreedyEnsemble(
  options: GreedyOptions,
  { logits, score, alike }: CachedAnswers,
  kitchen: Omit<SearchKitchen, 'evaluations'> = {},
): Promise<Choice> {
  // Here, so that one that cannot be averaged is told before anything is chosen.
  averageLogits(logits);
  const evaluations = new Evaluations({
    scores: logits.map(score),
    evaluate: async (members) => score(averageLogits(members.flatMap((index) => logits[index] ?? []))),
    ...(alike === undefined ? {} : { alike }),
  });
  return searchGreedily(options, { ...kitchen, evaluations });
}
