import type { Metadata } from 'next';
import Link from 'next/link';
import { Button } from '@/components/ui/button';
import { serverQuery } from '@/data/server-query';
import { AuthCard } from '@/features/auth/auth-card';
import { SetupForm } from '@/features/auth/setup-form';
import { Main } from '@/features/shell/main';
import { SiteHeader } from '@/features/shell/site-header';
import { LabsDocument } from '@/gql/graphql';
import { routes } from '@/lib/routes';

export const metadata: Metadata = {
  title: 'Set up',
  // The address holds a one-time token: it must not leave with a click.
  referrer: 'no-referrer',
};

export default async function SetupPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  const { token } = await searchParams;
  const answer = await serverQuery(LabsDocument, {});
  const done = answer.ok && !answer.data.setupNeeded;
  return (
    <>
      <SiteHeader />
      <Main>
        {done ? (
          <AuthCard
            title="Already set up"
            description="This Stockpot has an administrator; a set-up link works only once."
          >
            <Button look="primary" asChild>
              <Link href={routes.signIn()}>Sign in</Link>
            </Button>
          </AuthCard>
        ) : typeof token === 'string' && token !== '' ? (
          <AuthCard
            title="Welcome to Stockpot"
            description="You make the first administrator. There is no default account and no default password."
          >
            <SetupForm token={token} />
          </AuthCard>
        ) : (
          <AuthCard
            title="The set-up link is incomplete"
            description="Its token is missing. Open the whole link that npm start printed in the terminal; start it again to get a new one."
          >
            <Button asChild>
              <Link href={routes.home}>Go to the labs</Link>
            </Button>
          </AuthCard>
        )}
      </Main>
    </>
  );
}
