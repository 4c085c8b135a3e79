'use client';

import { useQuery } from 'urql';
import { Panel } from '@/components/ui/card';
import { SoupAnalysesDocument, type SoupPageQuery } from '@/gql/graphql';
import { AnalysisList } from './analysis-list';
import { AnalysisPanel } from './analysis-panel';
import { chosenPanels } from './chosen-panels';
import { HowToAdd } from './how-to-add';

/** The analyses of a soup and of the pool that it was mixed from. */
export function SoupAnalyses(props: {
  slug: string;
  soup: Pick<NonNullable<SoupPageQuery['soup']>, 'id' | 'name' | 'run' | 'selection' | 'coefficients'>;
}) {
  const { slug, soup } = props;
  const [{ data }] = useQuery({ query: SoupAnalysesDocument, variables: { id: soup.id } });
  const found = data?.soup;
  if (!found) return null;
  const { drawn, listed } = chosenPanels(found.analysesOfPool, found.analyses);
  // An analysis of a pool compares its models.
  if (drawn.length === 0 && soup.coefficients.length < 2) return null;
  if (drawn.length === 0) {
    return (
      <Panel title="Analyses of this soup and its pool">
        <HowToAdd slug={slug} run={soup.run?.id ?? null} soup={soup.name} selection={soup.selection?.name ?? null} />
      </Panel>
    );
  }
  return (
    <>
      {drawn.map((analysis) => (
        <AnalysisPanel key={analysis.id} slug={slug} analysis={analysis} soup={soup.name} />
      ))}
      {listed.length > 0 ? (
        <Panel title="More analyses of this soup and its pool" flush>
          <AnalysisList slug={slug} analyses={listed} />
        </Panel>
      ) : null}
    </>
  );
}
