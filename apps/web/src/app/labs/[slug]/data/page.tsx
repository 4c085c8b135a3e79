import type { Metadata } from 'next';
import { DataPage } from '@/features/data-catalog/data-page';

export const metadata: Metadata = { title: 'Data' };

export default async function Page({ params }: { params: Promise<{ slug: string }> }) {
  return <DataPage slug={(await params).slug} />;
}
