'use client';

import { RefreshCw, TriangleAlert } from 'lucide-react';
import { Button } from '@/components/ui/button';
import { Notice } from '@/components/ui/notice';

/** A mistake of ours while a page was drawn. */
export default function ErrorPage({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <Notice
      icon={TriangleAlert}
      tone="bad"
      title="This page could not be drawn"
      className="py-24"
      actions={
        <Button onClick={reset}>
          <RefreshCw aria-hidden /> Try again
        </Button>
      }
    >
      <p>That is a mistake in Stockpot. Trying again may help; if not, report it with the text below.</p>
      <p className="mt-2 font-mono text-xs break-words">{error.digest ?? error.message}</p>
    </Notice>
  );
}
