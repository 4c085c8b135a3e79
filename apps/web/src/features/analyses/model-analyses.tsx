'use client';

import { useQuery } from 'urql';
import { Panel } from '@/components/ui/card';
import { ModelAnalysesDocument } from '@/gql/graphql';
import { AnalysisList } from './analysis-list';

/** The analyses that a model is a subject of; nothing where there are none: its soups' pages say how to add them. */
export function ModelAnalyses({ slug, id }: { slug: string; id: string }) {
  const [{ data }] = useQuery({ query: ModelAnalysesDocument, variables: { id } });
  const analyses = data?.model?.analyses ?? [];
  if (analyses.length === 0) return null;
  return (
    <Panel title="Analyses" note="What was measured of it and of others beside it." flush>
      <AnalysisList slug={slug} analyses={analyses} />
    </Panel>
  );
}
