'use client';

import { useEffect, useMemo, useState } from 'react';
import { useQuery, useSubscription } from 'urql';
import { useFallbackPolling } from '@/data/use-fallback-polling';
import { MetricsAppendedDocument, StepCurvesDocument } from '@/gql/graphql';
import { appendPoints, type Curve } from './curve';

const MAX_POINTS = 2_000;

/** The curves of one step, growing while it runs. Its component must be keyed by the step: what arrived belongs to one. */
export function useStepCurves(runId: string, step: { id: string; series: readonly string[] }, live: boolean) {
  const variables = { step: step.id, series: [...step.series], maxPoints: MAX_POINTS };
  const none = step.series.length === 0;
  const [{ data, error, fetching }, ask] = useQuery({ query: StepCurvesDocument, variables, pause: none });
  const [arrived, setArrived] = useState<readonly Curve[]>([]);
  useSubscription({ query: MetricsAppendedDocument, variables: { run: runId }, pause: !live }, (_, update) => {
    const own = update.metricsAppended.filter((series) => series.step === step.id);
    if (own.length > 0) setArrived((before) => [...before, ...own]);
    return update;
  });
  // The subscription starts with what comes next: when the step ends, ask once for all of it.
  useEffect(() => {
    if (!live && !none) ask({ requestPolicy: 'network-only' });
  }, [live, none, ask]);
  useFallbackPolling(live && !none, 3_000, () => ask({ requestPolicy: 'network-only' }));

  const curves = useMemo(
    () =>
      (data?.metricSeries ?? [])
        .filter((series) => series.step === step.id)
        .map((series) =>
          arrived.filter((batch) => batch.series === series.series).reduce(appendPoints<typeof series>, series),
        )
        .filter((series) => series.steps.length > 0),
    [data, arrived, step.id],
  );
  return { curves, error: curves.length > 0 ? undefined : error, loading: fetching && curves.length === 0 };
}
