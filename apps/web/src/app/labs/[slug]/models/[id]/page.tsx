import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { ModelPage } from '@/features/model/model-page';
import { findModelTitle } from '@/features/model/model-title';
import { routes } from '@/lib/routes';

type Props = { params: Promise<{ slug: string; id: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: (await findModelTitle((await params).id))?.name ?? 'Model' };
}

export default async function Page({ params }: Props) {
  const { slug, id } = await params;
  const model = await findModelTitle(id);
  if (model?.kind === 'SOUP') redirect(routes.model(slug, model));
  return <ModelPage slug={slug} id={id} />;
}
