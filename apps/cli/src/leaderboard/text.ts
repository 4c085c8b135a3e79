import pc from 'picocolors';
import { costNotes } from './cost-notes.js';
import type { Leaderboard } from './leaderboard.js';
import type { RepeatedLeaderboard } from './over-repeats.js';
import { repeatsTable } from './repeats-table.js';
import { leaderboardTable } from './table.js';

/** What standard output shows of a leaderboard: of a repeated recipe over its repeats; then what answers cost. */
export function leaderboardText(leaderboard: Leaderboard, repeated: RepeatedLeaderboard | null): string {
  const shown = { color: pc.isColorSupported && process.stdout.isTTY, width: process.stdout.columns };
  const table = repeated === null ? leaderboardTable(leaderboard, shown) : repeatsTable(repeated, shown);
  return `${table}${costNotes(leaderboard.rows)
    .map((note) => `${note}\n`)
    .join('')}`;
}
