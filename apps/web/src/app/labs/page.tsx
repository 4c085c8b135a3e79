import type { Metadata } from 'next';
import { serverQuery } from '@/data/server-query';
import { ApiUnreachable } from '@/features/shell/api-unreachable';
import { LabList } from '@/features/shell/lab-list';
import { Main } from '@/features/shell/main';
import { SiteHeader } from '@/features/shell/site-header';
import { LabsDocument } from '@/gql/graphql';

export const metadata: Metadata = { title: 'Labs' };

export default async function LabsPage() {
  const answer = await serverQuery(LabsDocument, {});
  return (
    <>
      <SiteHeader />
      <Main>
        {answer.ok ? <LabList labs={answer.data.labs} setupNeeded={answer.data.setupNeeded} /> : <ApiUnreachable />}
      </Main>
    </>
  );
}
