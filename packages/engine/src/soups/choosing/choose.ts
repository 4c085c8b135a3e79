import { SoupError } from '../errors.js';
import type { Kitchen, Soup } from '../method.js';
import { Evaluations } from './evaluations.js';
import { alikeBy } from './members.js';
import { type Choice, reported, type SearchKitchen } from './search.js';
import { WeightMixer } from './weight-mixer.js';

/**
 * Cooks the soup that a search chooses by the selection scores of ingredients and candidates.
 *
 * @param what the soup in the words of a message: 'A greedy soup'
 * @throws {SoupError} without a selection score for every ingredient; CheckpointError for ingredients that do not fit
 */
export async function cookChosen(
  what: string,
  { ingredients, selection, threads, signal, onProgress }: Kitchen,
  rule: '>=' | '>',
  search: (kitchen: SearchKitchen) => Promise<Choice>,
): Promise<Soup> {
  if (selection === null || selection.scores.length !== ingredients.length) {
    throw new SoupError(
      `${what} of ${ingredients.length} ingredients needs the selection score of each, and has ${selection?.scores.length ?? 0}.`,
      'Evaluate every ingredient on the selection benchmark first.',
    );
  }
  await using candidates = await WeightMixer.open(ingredients, threads);
  const evaluations = new Evaluations({
    scores: selection.scores,
    alike: alikeBy(ingredients.map(({ hash }) => hash)),
    evaluate: async (members) => selection.score(await candidates.mean(members)),
  });
  const { members, trace } = await search({ evaluations, signal, onProgress });
  return { mixture: { method: 'uniform', parameters: {}, members }, trace: trace.map(reported), rule };
}
