import type { Metadata } from 'next';
import { RunsPage } from '@/features/runs/runs-page';

export const metadata: Metadata = { title: 'Runs' };

export default async function Page({ params }: { params: Promise<{ slug: string }> }) {
  return <RunsPage slug={(await params).slug} />;
}
