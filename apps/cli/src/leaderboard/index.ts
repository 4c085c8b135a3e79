export { leaderboardOf } from './from-results.js';
export type {
  Leaderboard,
  LeaderboardColumn,
  LeaderboardRow,
  LeaderboardScore,
  ShownLeaderboard,
  ShownScore,
} from './leaderboard.js';
export { leaderboardTable } from './table.js';
