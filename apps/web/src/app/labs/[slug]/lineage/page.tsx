import type { Metadata } from 'next';
import { LineagePage } from '@/features/lineage/lineage-page';

export const metadata: Metadata = { title: 'Lineage' };

export default async function Page({ params }: { params: Promise<{ slug: string }> }) {
  return <LineagePage slug={(await params).slug} />;
}
