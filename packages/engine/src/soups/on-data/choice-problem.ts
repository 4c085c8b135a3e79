import type { SoupCertificate } from '../certificate.js';
import { alikeBy } from '../choosing/members.js';
import { knownFromTrace, whatIf } from '../choosing/what-if.js';
import { isSearch, searches } from './searches.js';

/**
 * Searches once more by the scores that a certificate tells, without any data: a sentence where that does not lead to the
 * ingredients that it names. Null where it does, and where nothing was chosen by a search.
 */
export async function choiceProblem({ chosen, ingredients }: SoupCertificate): Promise<string | null> {
  if (chosen?.scores === undefined || chosen.trace === undefined || !isSearch(chosen.method)) return null;
  const { method, parameters, pool, scores, trace, examples, seed = examples?.seed ?? 0 } = chosen;
  const alike = alikeBy(pool);
  const search = searches[method](parameters, seed);
  const known = knownFromTrace(trace, pool.length, alike);
  const found = await whatIf((_options: null, kitchen) => search(kitchen), null, { scores, known, alike });
  if (!found.known)
    return `Its trace does not tell the score of the soup of ${found.missing.join(', ')}, which its search needs.`;
  const contents = found.choice.members.map((index) => pool[index] ?? '').sort();
  const own = ingredients.map(({ content }) => content).sort();
  if (contents.join() === own.join()) return null;
  return `Its trace leads to ${contents.length} ingredients that are not the ${own.length} that it was made of.`;
}
