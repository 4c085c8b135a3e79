import { redirect } from 'next/navigation';
import { serverQuery } from '@/data/server-query';
import { ApiUnreachable } from '@/features/shell/api-unreachable';
import { LabList } from '@/features/shell/lab-list';
import { Main } from '@/features/shell/main';
import { SiteHeader } from '@/features/shell/site-header';
import { LabsDocument } from '@/gql/graphql';
import { routes } from '@/lib/routes';

/** The only lab one may see, or the choice among several. */
export default async function HomePage() {
  const answer = await serverQuery(LabsDocument, {});
  const only = answer.ok && answer.data.labs.length === 1 ? answer.data.labs[0] : undefined;
  if (only) redirect(routes.leaderboard(only.slug));
  return (
    <>
      <SiteHeader />
      <Main>
        {answer.ok ? <LabList labs={answer.data.labs} setupNeeded={answer.data.setupNeeded} /> : <ApiUnreachable />}
      </Main>
    </>
  );
}
