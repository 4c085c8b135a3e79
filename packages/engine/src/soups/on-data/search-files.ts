import { join } from 'node:path';
import { hashJson } from '../../json.js';
import { Evaluations, type Found } from '../choosing/evaluations.js';
import { alikeBy, soupKey } from '../choosing/members.js';
import type { Choice, SearchKitchen } from '../choosing/search.js';
import type { Chosen, DataPantry } from './cook-on-data.js';

/**
 * Searches by the scores of ingredients and candidates. A candidate whose score is known from an earlier run, by the contents
 * of its members, is not even mixed; one that is mixed and has the weights of a known one is not evaluated.
 */
export async function searchFiles(
  { kitchen, paths, contents, scores, candidates }: DataPantry,
  search: (kitchen: SearchKitchen) => Promise<Choice>,
): Promise<Chosen> {
  const { signal, onProgress } = kitchen.options;
  const alone: number[] = [];
  for (const [index, path] of paths.entries()) {
    alone.push((await scores.ofFile(path, contents[index] ?? '')).score);
    onProgress?.('ingredients', index + 1, paths.length);
  }
  const alike = alikeBy(contents);
  const evaluate = async (members: readonly number[]): Promise<Found> => {
    const content = contentOf(members, alike, contents);
    const mixed = members.map((index) => contents[index] ?? '');
    const known = await scores.recall(content, mixed);
    if (known !== undefined) return { score: known, cached: true };
    return kitchen.withScratch(`candidate-${process.pid}`, async (folder) => {
      const file = join(folder, 'candidate.safetensors');
      return scores.ofWeights(file, content, await candidates.mean(members, file), mixed);
    });
  };
  const evaluations = new Evaluations({ scores: alone, alike, evaluate });
  const { members, score, trace } = await search({
    evaluations,
    signal,
    onProgress: (done, total) => onProgress?.('candidates', done, total),
  });
  await candidates.keep(members);
  return { mixture: { method: 'uniform', parameters: {}, members }, scores: alone, trials: trace, score };
}

/** A soup by what is in it: the contents of its members with their multiplicities in lowest terms. */
function contentOf(members: readonly number[], alike: readonly number[], contents: readonly string[]): string {
  const found = soupKey(members, alike)
    .split(',')
    .map((index) => contents[Number(index)] ?? '')
    .sort();
  const [only] = found;
  return found.length === 1 && only !== undefined ? only : hashJson({ mean: found });
}
