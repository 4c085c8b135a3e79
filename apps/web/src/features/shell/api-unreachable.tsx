'use client';

import { RefreshCw, TriangleAlert } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useTransition } from 'react';
import { Button } from '@/components/ui/button';
import { Notice } from '@/components/ui/notice';

/** Shown when the server that renders this page cannot reach the API. */
export function ApiUnreachable() {
  const router = useRouter();
  const [pending, start] = useTransition();
  return (
    <Notice
      icon={TriangleAlert}
      tone="bad"
      title="The API does not answer"
      actions={
        <Button disabled={pending} onClick={() => start(() => router.refresh())}>
          <RefreshCw aria-hidden className={pending ? 'animate-spin' : undefined} /> Try again
        </Button>
      }
    >
      <p>The dashboard is up, but the Stockpot API behind it gave no answer.</p>
      <p>Check that Stockpot is running (npm start), then try again.</p>
    </Notice>
  );
}
