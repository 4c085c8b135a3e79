import type { AnalysisFieldsFragment, AnalysisKind } from '@/gql/graphql';

/** The order in which a page tells: what the pool is like, then what soups of it are worth, then how one was chosen. */
const PLACE: Readonly<Record<AnalysisKind, number>> = {
  BARRIERS: 0,
  BARRIER: 1,
  TERNARY: 2,
  CONTRIBUTION: 3,
  MARGINAL: 4,
  DIVERSITY: 5,
  WEIGHTS: 6,
  SOUP_VERSUS_ENSEMBLE: 7,
  COMPARE: 8,
  WHY: 9,
  WHAT_IF: 10,
};

/** Of each kind the newest is drawn, and the others are listed: a page of every barrier of a pool says less. */
export function chosenPanels<Analysis extends Pick<AnalysisFieldsFragment, 'id' | 'kind'>>(
  ...groups: readonly (readonly Analysis[])[]
): { readonly drawn: readonly Analysis[]; readonly listed: readonly Analysis[] } {
  // Ids sort by the time they were made.
  const all = [...new Map(groups.flat().map((analysis) => [analysis.id, analysis])).values()].toSorted((a, b) =>
    a.id < b.id ? -1 : 1,
  );
  const newest = new Map(all.map(({ kind, id }) => [kind, id]));
  const isDrawn = ({ id, kind }: Analysis) => newest.get(kind) === id;
  return {
    drawn: all.filter(isDrawn).toSorted((a, b) => PLACE[a.kind] - PLACE[b.kind]),
    listed: all.filter((analysis) => !isDrawn(analysis)),
  };
}
