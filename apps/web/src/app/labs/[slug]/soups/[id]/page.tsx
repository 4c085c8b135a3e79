import type { Metadata } from 'next';
import { findModelTitle } from '@/features/model/model-title';
import { SoupPage } from '@/features/soup/soup-page';

type Props = { params: Promise<{ slug: string; id: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: (await findModelTitle((await params).id))?.name ?? 'Soup' };
}

export default async function Page({ params }: Props) {
  const { slug, id } = await params;
  return <SoupPage slug={slug} id={id} />;
}
