import type { Metadata } from 'next';
import { ComparePage } from '@/features/compare/compare-page';

export const metadata: Metadata = { title: 'Compare' };

export default async function Page({ params }: { params: Promise<{ slug: string }> }) {
  return <ComparePage slug={(await params).slug} />;
}
