import type { SoupAnalysisQuery } from '@/gql/graphql';
import { plural, points } from '@/lib/format';

export type Answer = NonNullable<SoupAnalysisQuery['soup']>['whatIf'][number];
type Question = Omit<Answer, '__typename' | 'answered' | 'members' | 'score' | 'same' | 'missing'>;

const SEARCHES: Record<Question['method'], string> = { GREEDY: 'Greedy', GREEDIER: 'Greedier', PRUNED: 'Pruned' };
const ORDERS: Record<Question['order'], string> = {
  SCORE: '',
  GIVEN: 'in the recipe’s order',
  RANDOM: 'in a random order',
};

/** How a search differs from the paper's, in words: "Greedy, only what is better, the last of equals first". */
export function questionText(question: Question): string {
  const { method, accept, order, seed, start, ties, tolerance, patience, replacement, most, passes } = question;
  return [
    SEARCHES[method],
    accept === 'BETTER' ? 'only what is better' : '',
    order === 'RANDOM' ? `${ORDERS.RANDOM} (seed ${seed ?? 0})` : ORDERS[order],
    start === 'FIRST' ? 'beginning with the first' : '',
    ties === 'LAST' ? 'the last of equals first' : '',
    tolerance > 0 ? `${points(tolerance).replace('+', '')} points of tolerance` : '',
    patience == null ? '' : `${plural(patience, 'refusal')} ${patience === 1 ? 'ends' : 'end'} it`,
    replacement ? 'each may be taken again' : '',
    most == null ? '' : `${plural(most, 'ingredient')} at most`,
    passes == null ? '' : `${plural(passes, 'pass', 'passes')} at most`,
  ]
    .filter(Boolean)
    .join(', ');
}

/** "ft-02, ft-00 and 3 more", each with how often it counts: "2 × ft-02". */
export function membersText(members: readonly { readonly id: string; readonly name: string }[], most = 3): string {
  const counts = new Map<string, { name: string; times: number }>();
  for (const { id, name } of members) counts.set(id, { name, times: (counts.get(id)?.times ?? 0) + 1 });
  const texts = [...counts.values()].map(({ name, times }) => (times > 1 ? `${times} × ${name}` : name));
  const [shown, rest] = [texts.slice(0, most), texts.length - most];
  return rest > 0 ? `${shown.join(', ')} and ${rest} more` : shown.join(', ');
}
