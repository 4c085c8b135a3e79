'use client';

import { Ban } from 'lucide-react';
import { useState } from 'react';
import { useMutation } from 'urql';
import { Button } from '@/components/ui/button';
import { describeFailure } from '@/data/failure';
import { CancelRunDocument } from '@/gql/graphql';

/** Stops a run, after asking once. */
export function CancelButton({ runId, onDone }: { runId: string; onDone: () => void }) {
  const [asking, setAsking] = useState(false);
  const [{ data, error, fetching }, cancel] = useMutation(CancelRunDocument);
  const refused =
    data?.cancelRun.__typename === 'CancelRefused' ? data.cancelRun : error ? describeFailure(error) : null;
  const asked = data?.cancelRun.__typename === 'RunCancelRequested';
  const send = async () => {
    await cancel({ run: runId });
    setAsking(false);
    onDone();
  };
  return (
    <div className="flex flex-wrap items-center gap-2">
      {refused ? (
        <p role="alert" className="max-w-xs text-xs text-bad">
          {refused.message} {refused.advice}
        </p>
      ) : null}
      {asking ? (
        <>
          <span className="text-xs text-muted">Finished steps keep their results.</span>
          <Button look="danger" disabled={fetching} onClick={() => void send()} autoFocus>
            Stop cooking
          </Button>
          <Button look="quiet" onClick={() => setAsking(false)}>
            Keep going
          </Button>
        </>
      ) : (
        <Button look="danger" disabled={asked} onClick={() => setAsking(true)}>
          <Ban aria-hidden /> {asked ? 'Cancelling…' : 'Cancel'}
        </Button>
      )}
    </div>
  );
}
