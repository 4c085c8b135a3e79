'use client';

import { useCallback, useState } from 'react';
import { type CombinedError, useQuery, useSubscription } from 'urql';
import { useFallbackPolling } from '@/data/use-fallback-polling';
import { isActive } from '@/features/runs/status';
import { RunPageDocument, RunUpdatedDocument } from '@/gql/graphql';
import type { Run } from './types';

interface LiveRun {
  /** `undefined` while unknown, `null` when there is no such run. */
  readonly run: Run | null | undefined;
  readonly error: CombinedError | undefined;
  readonly reload: () => void;
}

/** A run that keeps itself up to date: by subscription while it cooks, by asking when the live connection is lost. */
export function useRun(id: string): LiveRun {
  const [{ data, error }, ask] = useQuery({ query: RunPageDocument, variables: { id } });
  const [pushed, setPushed] = useState<Run | null>(null);
  const asked = data?.run;
  const live = pushed?.id === id ? pushed : null;
  // An ended run never changes again, so its end is the newest news wherever it came from.
  const run = live && asked && !isActive(asked.status) ? asked : (live ?? asked);
  const cooking = run ? isActive(run.status) : false;
  useSubscription({ query: RunUpdatedDocument, variables: { run: id }, pause: !cooking }, (_, update) => {
    setPushed(update.runUpdated);
    return update;
  });
  const reload = useCallback(() => {
    setPushed(null);
    ask({ requestPolicy: 'network-only' });
  }, [ask]);
  useFallbackPolling(cooking, 3_000, reload);
  return { run, error: run ? undefined : error, reload };
}
