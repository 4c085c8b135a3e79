'use client';

import { BarrierCurve } from './barrier-curve';
import { BarrierMatrix } from './barrier-matrix';
import type { Content, Subjects } from './content';
import { ContributionBars } from './contribution-bars';
import { MarginalCurve } from './marginal-curve';
import { PairedComparison } from './paired-comparison';
import { PoolDiversity } from './pool-diversity';
import { ReplayedSearch } from './replayed-search';
import { SearchDiagnosis } from './search-diagnosis';
import { TermsTable } from './terms-table';
import { TernaryGrid } from './ternary-grid';
import { WeightSpace } from './weight-space';

/** The picture and the numbers of an analysis, by its type. The compiler names a type that has none. */
export function AnalysisContent(props: { content: Content; subjects: Subjects; soup: string | null }) {
  const { content, subjects, soup } = props;
  switch (content.__typename) {
    case 'BarrierCurve':
      return <BarrierCurve content={content} subjects={subjects} />;
    case 'BarrierMatrix':
      return <BarrierMatrix content={content} subjects={subjects} />;
    case 'TernaryGrid':
      return <TernaryGrid content={content} subjects={subjects} />;
    case 'Contribution':
      return <ContributionBars content={content} subjects={subjects} />;
    case 'MarginalCurve':
      return <MarginalCurve content={content} />;
    case 'PoolDiversity':
      return <PoolDiversity content={content} subjects={subjects} />;
    case 'WeightSpace':
      return <WeightSpace content={content} subjects={subjects} />;
    case 'SoupVersusEnsemble':
      return <TermsTable content={content} subjects={subjects} />;
    case 'PairedComparison':
      return <PairedComparison content={content} subjects={subjects} />;
    case 'SearchDiagnosis':
      return <SearchDiagnosis content={content} subjects={subjects} />;
    case 'ReplayedSearch':
      return <ReplayedSearch content={content} subjects={subjects} soup={soup} />;
  }
}
