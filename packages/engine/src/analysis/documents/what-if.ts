import { z } from 'zod';
import { SEARCHES } from '../../recipe/analysis-kinds/search.js';
import { searchGreedier } from '../../soups/choosing/greedier-search.js';
import { searchGreedily } from '../../soups/choosing/greedy-search.js';
import { soupKey } from '../../soups/choosing/members.js';
import { searchPruned } from '../../soups/choosing/pruned-search.js';
import type { Choice } from '../../soups/choosing/search.js';
import { type WhatIf, type WhatIfScores, whatIf } from '../../soups/choosing/what-if.js';
import { AnalysisError } from '../errors.js';
import {
  count,
  type EvaluationCount,
  type Examined,
  evaluations,
  examined,
  head,
  headOf,
  type MetricOfWorth,
  metric,
  names,
  place,
} from './parts.js';
import { searchSteps, stepsOf } from './steps.js';

/** Another way to search. What is left out is as in the paper. */
export const whatIfQuestion = z.strictObject({
  method: z.enum(SEARCHES).describe('the search'),
  accept: z.enum(['>=', '>']).describe("the paper's rule keeps ties, its released code does not"),
  order: z.enum(['score', 'given', 'random']).exactOptional().describe('greedy: in which order models are tried'),
  seed: count.exactOptional().describe('of the random order'),
  start: z.enum(['best', 'first']).exactOptional().describe('greedy: where the soup begins'),
  ties: z.enum(['listed', 'last']).exactOptional().describe('which of equally good models goes first'),
  tolerance: z.number().min(0).exactOptional().describe('how far below the best score a candidate may be'),
  patience: z.int().min(1).exactOptional().describe('greedy: candidates refused in a row after which it ends'),
  replacement: z.boolean().exactOptional().describe('greedier: a model may be taken again'),
  most: z.int().min(1).exactOptional().describe('greedier: most members, with multiplicity'),
  passes: z.int().min(1).exactOptional().describe('pruned: most passes over the models'),
});
export type WhatIfQuestion = z.infer<typeof whatIfQuestion>;

const soup = z.strictObject({
  members: z.array(place).describe('ascending, with multiplicity'),
  worth: z.number().nullable().describe('by the metric of the question; null where it is not known'),
});

export const whatIfDocument = z.strictObject({
  ...head('what-if'),
  models: names,
  examined,
  metric,
  question: whatIfQuestion.describe('how the search is to go'),
  answered: z.boolean().describe('the known scores suffice'),
  found: soup.nullable().describe('the soup that the search would have found'),
  steps: searchSteps.describe('its trace; empty when it is not answered'),
  missing: z
    .array(place)
    .nullable()
    .describe('members of the first soup whose score would have been needed and is not known; null when answered'),
  recorded: z
    .strictObject({ name: z.string(), ...soup.shape })
    .nullable()
    .describe('the soup that was really cooked; null where none was named'),
  same: z.boolean().nullable().describe('whether the two are one soup; null where one is not known'),
  evaluations,
});
export type WhatIfDocument = z.infer<typeof whatIfDocument>;

export interface WhatIfInputs {
  readonly models: readonly string[];
  readonly examined: Examined;
  readonly metric: MetricOfWorth;
  /** Worth of each model alone. */
  readonly scores: readonly number[];
  /** The worth of the uniform soup of members, with multiplicity; null where it is not known and shall not be evaluated. */
  readonly find: (members: readonly number[]) => Promise<number | null>;
  readonly evaluations: () => EvaluationCount;
  /** Models that are one and the same, as the place of the first of them. */
  readonly alike?: readonly number[];
  readonly recorded?: { readonly name: string; readonly members: readonly number[] };
}

/** A search replayed from known scores with another order, rule, method or metric. */
export async function analyseWhatIf(inputs: WhatIfInputs, question: WhatIfQuestion): Promise<WhatIfDocument> {
  const { models, scores, alike, recorded, find } = inputs;
  if (scores.length !== models.length) {
    throw new AnalysisError(
      `There are ${models.length} models, and scores of ${scores.length}.`,
      'Give the score of each model alone.',
    );
  }
  const known = new Map<string, number>();
  const ask = () => replaySearch(question, { scores, known, ...(alike === undefined ? {} : { alike }) });
  let answer = await ask();
  while (!answer.known) {
    const worth = await find(answer.missing);
    if (worth === null) break;
    known.set(soupKey(answer.missing, alike), worth);
    answer = await ask();
  }
  const key = recorded === undefined ? null : soupKey(recorded.members, alike);
  return whatIfDocument.parse({
    ...headOf('what-if'),
    models,
    examined: inputs.examined,
    metric: inputs.metric,
    question,
    answered: answer.known,
    found: answer.known ? { members: answer.choice.members, worth: answer.choice.score } : null,
    steps: answer.known ? stepsOf(answer.choice.trace) : [],
    missing: answer.known ? null : answer.missing,
    recorded: recorded === undefined ? null : { ...recorded, worth: await worthAlready(recorded.members, inputs) },
    same: answer.known && key !== null ? soupKey(answer.choice.members, alike) === key : null,
    evaluations: inputs.evaluations(),
  });
}

/** The search of a question, replayed from known scores; nothing is evaluated. */
export function replaySearch(question: WhatIfQuestion, scores: WhatIfScores): Promise<WhatIf> {
  return whatIf(searchOf, question, scores);
}

async function worthAlready(members: readonly number[], { scores, find }: WhatIfInputs): Promise<number | null> {
  const [first, ...others] = new Set(members);
  return first !== undefined && others.length === 0 ? (scores[first] ?? null) : await find(members);
}

type Search = (question: WhatIfQuestion, kitchen: Parameters<typeof searchGreedily>[1]) => Promise<Choice>;

const searches: { readonly [Name in (typeof SEARCHES)[number]]: Search } = {
  greedy: searchGreedily,
  greedier: searchGreedier,
  pruned: searchPruned,
};

const searchOf: Search = (question, kitchen) => searches[question.method](question, kitchen);
