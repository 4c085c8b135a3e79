import type { CookedRun, CookedSoup } from '@stockpot/engine/analysis';
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
