import type { ScoreFieldsFragment } from '@/gql/graphql';

type Cost = NonNullable<ScoreFieldsFragment['cost']>;

/**
 * What an answer of a model costs, by all its evaluations. Networks and bytes are the same in each; of several times the
 * shortest counts, for the others were measured while something else had the machine.
 */
export function fastestCost(evaluations: readonly { readonly cost?: Cost | null }[]): Cost | undefined {
  let fastest: Cost | undefined;
  for (const { cost } of evaluations) {
    if (cost && (fastest === undefined || time(cost) < time(fastest))) fastest = cost;
  }
  return fastest;
}

function time({ latencyMs }: Cost): number {
  return latencyMs ?? Number.POSITIVE_INFINITY;
}
