import { type IdPrefix, idPrefix } from '@stockpot/db';

/** The GraphQL type behind each prefix of an id; null for ids that name nothing a query can return by id alone. */
export const TYPE_OF_PREFIX = {
  lab: 'Lab',
  ds: 'Dataset',
  split: 'Split',
  bench: 'Benchmark',
  eval: 'Evaluation',
  ana: 'Analysis',
  stock: 'Stock',
  ingr: 'Ingredient',
  soup: 'Soup',
  ens: 'Ensemble',
  recipe: 'Recipe',
  run: 'Run',
  step: 'Step',
  user: null,
  setup: null,
  art: null,
  wrk: null,
  audit: null,
  series: null,
} as const satisfies Record<IdPrefix, string | null>;

/** Which GraphQL type a node is, told by its id. */
export function nodeTypeName(node: { readonly id: string }): string | undefined {
  const prefix = idPrefix(node.id);
  return prefix === null ? undefined : (TYPE_OF_PREFIX[prefix] ?? undefined);
}
