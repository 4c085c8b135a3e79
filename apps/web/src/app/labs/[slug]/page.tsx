import { LeaderboardPage } from '@/features/leaderboard/leaderboard-page';

export default async function Page({ params }: { params: Promise<{ slug: string }> }) {
  return <LeaderboardPage slug={(await params).slug} />;
}
