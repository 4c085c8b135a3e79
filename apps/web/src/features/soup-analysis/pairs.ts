import type { DiversityFieldsFragment } from '@/gql/graphql';

type Model = DiversityFieldsFragment['models'][number];

export interface Pair {
  readonly first: Model;
  readonly second: Model;
  readonly disagreement: number;
  readonly errorCorrelation: number | null;
}

/** Pairs that are shown at each end. */
const SHOWN = 4;

/** The pairs that disagree most and least, none in both lists. */
export function extremePairs({ models, pairs }: Pick<DiversityFieldsFragment, 'models' | 'pairs'>): {
  readonly most: readonly Pair[];
  readonly least: readonly Pair[];
} {
  const all = pairs.disagreement
    .flatMap((disagreement, i): Pair[] => {
      const [first, second] = [models[pairs.first[i] ?? -1], models[pairs.second[i] ?? -1]];
      if (!first || !second) return [];
      return [{ first, second, disagreement, errorCorrelation: pairs.errorCorrelation[i] ?? null }];
    })
    .sort((a, b) => b.disagreement - a.disagreement);
  const most = all.slice(0, SHOWN);
  return { most, least: all.slice(SHOWN).slice(-SHOWN).reverse() };
}
