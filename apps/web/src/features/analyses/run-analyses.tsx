'use client';

import { useQuery } from 'urql';
import { Panel } from '@/components/ui/card';
import { RunAnalysesDocument } from '@/gql/graphql';
import { AnalysisList } from './analysis-list';
import { HowToAdd } from './how-to-add';

/** The analyses of a run, once it is done. */
export function RunAnalyses({ slug, runId, done }: { slug: string; runId: string; done: boolean }) {
  const [{ data }] = useQuery({ query: RunAnalysesDocument, variables: { id: runId }, pause: !done });
  const analyses = data?.run?.analyses;
  if (!analyses) return null;
  return analyses.length === 0 ? (
    <Panel title="Analyses">
      <HowToAdd slug={slug} run={runId} />
    </Panel>
  ) : (
    <Panel title="Analyses" note="What says why models are as good as they are. They choose nothing." flush>
      <AnalysisList slug={slug} analyses={analyses} />
    </Panel>
  );
}
