import type { AnalysisDocument, AnalysisName } from '@stockpot/domain';
import { createUnionType } from 'type-graphql';
import { BarrierCurve, BarrierMatrix, barrierCurve, barrierMatrix, TernaryGrid, ternaryGrid } from './connectivity.js';
import { Contribution, contributionOf, MarginalCurve, marginalOf } from './contribution.js';
import { PairedComparison, pairedComparison, SoupVersusEnsemble, soupVersusEnsemble } from './pair.js';
import { PoolDiversity, poolDiversity, WeightSpace, weightSpace } from './pool.js';
import { ReplayedSearch, replayedSearch, SearchDiagnosis, searchDiagnosis } from './search.js';

type DocumentOf<Name extends AnalysisName> = Extract<AnalysisDocument, { analysis: Name }>;
type Show = { readonly [Name in AnalysisName]: (document: DocumentOf<Name>) => object };

/** The type that a kind is shown as. Total, as the next one: a new kind without a type does not compile. */
const TYPES = {
  barrier: BarrierCurve,
  barriers: BarrierMatrix,
  ternary: TernaryGrid,
  contribution: Contribution,
  marginal: MarginalCurve,
  diversity: PoolDiversity,
  weights: WeightSpace,
  'soup-versus-ensemble': SoupVersusEnsemble,
  compare: PairedComparison,
  why: SearchDiagnosis,
  'what-if': ReplayedSearch,
} as const satisfies Record<AnalysisName, new () => object>;

const show: Show = {
  barrier: barrierCurve,
  barriers: barrierMatrix,
  ternary: ternaryGrid,
  contribution: contributionOf,
  marginal: marginalOf,
  diversity: poolDiversity,
  weights: weightSpace,
  'soup-versus-ensemble': soupVersusEnsemble,
  compare: pairedComparison,
  why: searchDiagnosis,
  'what-if': replayedSearch,
};

/** One of the types below. */
export type ShownContent = InstanceType<(typeof TYPES)[AnalysisName]>;

export const AnalysisContent = createUnionType({
  name: 'AnalysisContent',
  description: 'What an analysis found, by its kind.',
  types: () =>
    [
      BarrierCurve,
      BarrierMatrix,
      Contribution,
      MarginalCurve,
      PairedComparison,
      PoolDiversity,
      ReplayedSearch,
      SearchDiagnosis,
      SoupVersusEnsemble,
      TernaryGrid,
      WeightSpace,
    ] as const,
});

/** A document as pages show it: what is in it, points and matrices as columns. */
export function shownContent(document: AnalysisDocument): ShownContent {
  // Of the class, which is how GraphQL tells the types of a union apart.
  return Object.assign(new TYPES[document.analysis](), fieldsOf<AnalysisName>(document.analysis, document));
}

function fieldsOf<Name extends AnalysisName>(name: Name, document: DocumentOf<Name>): object {
  return show[name](document);
}
