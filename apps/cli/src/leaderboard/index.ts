export { leaderboardOf } from './from-results.js';
export type {
  Leaderboard,
  LeaderboardColumn,
  LeaderboardRow,
  LeaderboardScore,
  ShownLeaderboard,
  ShownScore,
} from './leaderboard.js';
export { overRepeats, type RepeatedLeaderboard } from './over-repeats.js';
export { repeatsTable } from './repeats-table.js';
export { leaderboardTable } from './table.js';
