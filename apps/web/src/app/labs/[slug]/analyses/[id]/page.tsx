import type { Metadata } from 'next';
import { AnalysisPage } from '@/features/analyses/analysis-page';
import { findAnalysisTitle } from '@/features/analyses/analysis-title';

type Props = { params: Promise<{ slug: string; id: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: (await findAnalysisTitle((await params).id))?.name ?? 'Analysis' };
}

export default async function Page({ params }: Props) {
  const { slug, id } = await params;
  return <AnalysisPage slug={slug} id={id} />;
}
