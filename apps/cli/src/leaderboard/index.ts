export { leaderboardOf } from './from-results.js';
export type { Leaderboard, LeaderboardColumn, LeaderboardRow, LeaderboardScore } from './leaderboard.js';
export { leaderboardTable } from './table.js';
