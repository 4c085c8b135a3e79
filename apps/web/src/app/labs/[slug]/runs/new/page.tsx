import type { Metadata } from 'next';
import { NewRunPage } from '@/features/runs/new-run-page';

export const metadata: Metadata = { title: 'New run' };

export default async function Page({ params }: { params: Promise<{ slug: string }> }) {
  return <NewRunPage slug={(await params).slug} />;
}
