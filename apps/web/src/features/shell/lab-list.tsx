import { FlaskConical, Globe, KeyRound, LockKeyhole } from 'lucide-react';
import Link from 'next/link';
import { Badge } from '@/components/ui/badge';
import { Button } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { Notice } from '@/components/ui/notice';
import { PageHeader } from '@/components/ui/page-header';
import type { LabsQuery } from '@/gql/graphql';
import { routes } from '@/lib/routes';

/** The labs the reader may see; where there is none, what to do about it. */
export function LabList({ labs, setupNeeded }: { labs: LabsQuery['labs']; setupNeeded: boolean }) {
  return (
    <>
      <PageHeader title="Labs" description="A lab owns its datasets, models, runs and leaderboard." />
      {setupNeeded ? (
        <Card>
          <Notice icon={KeyRound} title="Nobody administers this Stockpot yet">
            Open the one-time set-up link that npm start printed in the terminal. It makes the first administrator.
          </Notice>
        </Card>
      ) : null}
      {labs.length === 0 && !setupNeeded ? (
        <Card>
          <Notice
            icon={FlaskConical}
            title="There is no lab you may see"
            actions={
              <Button look="primary" asChild>
                <Link href={routes.signIn(routes.home)}>Sign in</Link>
              </Button>
            }
          >
            Labs are private unless their owners made them public. Sign in, or ask an owner to invite you.
          </Notice>
        </Card>
      ) : null}
      <ul className="grid gap-4 sm:grid-cols-2 lg:grid-cols-3">
        {labs.map((lab) => (
          <li key={lab.id}>
            <Link
              href={routes.leaderboard(lab.slug)}
              className="block rounded-xl border border-line bg-surface p-5 shadow-card transition-colors hover:border-line-strong"
            >
              <span className="flex items-center justify-between gap-2">
                <span className="text-lg font-semibold">{lab.name}</span>
                <Badge tone="outline">
                  {lab.visibility === 'PUBLIC' ? <Globe aria-hidden /> : <LockKeyhole aria-hidden />}
                  {lab.visibility.toLowerCase()}
                </Badge>
              </span>
              <span className="mt-1 block font-mono text-xs text-muted">{lab.slug}</span>
            </Link>
          </li>
        ))}
      </ul>
    </>
  );
}
