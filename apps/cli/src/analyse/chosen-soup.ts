import { type CertifiedSearch, type CookedRun, type CookedSoup, readCertifiedSearch } from '@stockpot/engine/analysis';
import { cookedRecipes } from '@stockpot/engine/process';
import { UsageError } from '../failure.js';

/** The soup of a cooked folder that `why` and `what-if` are asked about: one that a search chose. */
export function chosenSoup(
  run: CookedRun,
  names: readonly string[],
): CookedSoup & { readonly benchmark: string; readonly rule: '>=' | '>' } {
  const [name, ...others] = names;
  const chosen = run.soups.map(({ makes }) => makes.name).filter((one) => run.soup(one).facts.trace.length > 0);
  const advice =
    chosen.length === 0 ? 'Cook a recipe with a greedy soup first.' : `Name one that was: ${chosen.join(', ')}.`;
  if (name === undefined || others.length > 0) {
    throw new UsageError(
      name === undefined ? 'No soup was named.' : `One soup is asked about, and ${names.length} were named.`,
      advice,
    );
  }
  const soup = run.soup(name);
  const { rule, trace } = soup.facts;
  if (soup.benchmark === null || rule === null || trace.length === 0) {
    throw new UsageError(`${name} was not chosen from candidates: there is nothing that it turned down.`, advice);
  }
  return { ...soup, benchmark: soup.benchmark, rule };
}

/** The soup of files that `why` and `what-if` are asked about; null where a cooked folder is named, or nothing that is there. */
export async function certifiedSearch(words: readonly string[]): Promise<CertifiedSearch | null> {
  const [path, ...others] = words;
  if (path === undefined || others.length > 0 || (await cookedRecipes(path)).length > 0) return null;
  return await readCertifiedSearch(path);
}
