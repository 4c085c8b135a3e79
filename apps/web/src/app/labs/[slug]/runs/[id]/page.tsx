import type { Metadata } from 'next';
import { serverQuery } from '@/data/server-query';
import { RunPage } from '@/features/run/run-page';
import { RunTitleDocument } from '@/gql/graphql';

type Props = { params: Promise<{ slug: string; id: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const answer = await serverQuery(RunTitleDocument, { id: (await params).id });
  return { title: (answer.ok && answer.data.run?.name) || 'Run' };
}

export default async function Page({ params }: Props) {
  const { slug, id } = await params;
  return <RunPage slug={slug} id={id} />;
}
