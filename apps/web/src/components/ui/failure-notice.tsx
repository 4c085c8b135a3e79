'use client';

import { LockKeyhole, RefreshCw, TriangleAlert } from 'lucide-react';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import type { CombinedError } from 'urql';
import { describeFailure } from '@/data/failure';
import { routes } from '@/lib/routes';
import { Button } from './button';
import { Notice } from './notice';

/** An error of the API or of the way to it: what happened, what to do, and a button that tries again. */
export function FailureNotice({
  error,
  onRetry,
  className,
}: {
  error: CombinedError;
  onRetry?: () => void;
  className?: string;
}) {
  const failure = describeFailure(error);
  const path = usePathname();
  const signIn = failure.code === 'UNAUTHENTICATED';
  return (
    <Notice
      className={className}
      icon={signIn ? LockKeyhole : TriangleAlert}
      tone="bad"
      title={failure.title}
      actions={
        <>
          {signIn ? (
            <Button look="primary" asChild>
              <Link href={routes.signIn(path)}>Sign in</Link>
            </Button>
          ) : null}
          {onRetry ? (
            <Button onClick={onRetry}>
              <RefreshCw aria-hidden /> Try again
            </Button>
          ) : null}
        </>
      }
    >
      <p>{failure.message}</p>
      <p>{failure.advice}</p>
    </Notice>
  );
}
