import { replaySearch, soupKey } from '@stockpot/engine/analysis/documents';
import { StockpotError } from '../errors.js';
import { all } from './diagnose.js';
import { question, type SoupEvidence, type SoupQuestion, type SoupWhatIf } from './types.js';

/** Reads a question. Throws BAD_INPUT with a sentence when it makes no sense. */
export function readQuestion(input: unknown): SoupQuestion {
  const found = question.safeParse(input);
  if (found.success) return found.data;
  const [issue] = found.error.issues;
  throw new StockpotError(
    'BAD_INPUT',
    `A what-if question does not hold: ${issue?.path.join('.') || 'it'}: ${issue?.message ?? ''}.`,
    'Correct the named field and ask again.',
  );
}

/** What is asked when nobody asks anything: the paper, its released code, other orders, a little tolerance, other searches. */
const USUAL_QUESTIONS: readonly SoupQuestion[] = [
  { method: 'greedy', accept: '>=' },
  { method: 'greedy', accept: '>', ties: 'last' },
  { method: 'greedy', accept: '>=', order: 'given', start: 'first' },
  { method: 'greedy', accept: '>=', order: 'random', seed: 0 },
  { method: 'greedy', accept: '>=', order: 'random', seed: 1 },
  { method: 'greedy', accept: '>=', tolerance: 0.002 },
  { method: 'greedier', accept: '>=' },
  { method: 'pruned', accept: '>=' },
];

/** The usual questions of a soup. The one of its own method keeps the bounds of its search: it is the search that was made. */
export function usualQuestions({ method, told }: Pick<SoupEvidence, 'method' | 'told'>): SoupQuestion[] {
  return USUAL_QUESTIONS.map((question) => (question.method === method ? { ...question, ...told } : question));
}

/**
 * A search over the pool of a soup, replayed from the scores that the lab has stored: those of the ingredients, of this search, of
 * other searches and of evaluated averages over the same ingredients. Nothing is evaluated; what is missing is said. Null where
 * an ingredient was not scored on the selection benchmark.
 */
export async function whatIf(evidence: SoupEvidence, question: SoupQuestion): Promise<SoupWhatIf | null> {
  const { pool, known, alike, trace } = evidence;
  const scores = all(evidence.scores);
  if (scores === null) return null;
  const answer = await replaySearch(question, { scores, known, alike });
  const models = (places: readonly number[]) => places.flatMap((place) => pool[place] ?? []);
  if (!answer.known) {
    return { question, answered: false, members: [], score: null, same: null, missing: models(answer.missing) };
  }
  const { members, score } = answer.choice;
  const cooked = cookedMembers(trace, pool.length);
  const same = soupKey(members, alike) === soupKey(cooked, alike);
  return { question, answered: true, members: models(members), score, same, missing: [] };
}

/** The members that a search ended with. */
export function cookedMembers(trace: SoupEvidence['trace'], pool: number): number[] {
  const pruning = trace[0]?.removed === true;
  const members = pruning ? Array.from({ length: pool }, (_, place) => place) : [];
  for (const { index, accepted, removed } of trace) {
    if (!accepted) continue;
    if (removed) members.splice(members.lastIndexOf(index), 1);
    else members.push(index);
  }
  return members;
}
