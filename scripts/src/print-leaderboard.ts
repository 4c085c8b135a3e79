import { type Context, type Leaderboard, leaderboard } from '@stockpot/domain';
import { leaderboardTable, type Leaderboard as ShownLeaderboard } from 'stockpot/leaderboard';
import { DEMO_LAB } from './first-cook.js';
import type { Terminal } from './terminal.js';

const ROWS = 30;

/** The demo lab's leaderboard, when there is anything on it, as `stockpot cook` shows its own. */
export async function printLeaderboard(ctx: Context, terminal: Terminal): Promise<void> {
  const board = await leaderboard.list({ ctx, input: { lab: DEMO_LAB, first: ROWS } });
  if (board.edges.length === 0) return;
  const text = leaderboardTable(toShown(board), { color: terminal.colours });
  for (const line of text.trimEnd().split('\n')) terminal.line(`  ${line}`);
  const more = board.totalCount - board.edges.length;
  if (more > 0) terminal.line(`  ${terminal.dim(`${more} more on the dashboard.`)}`);
  terminal.line();
}

/** The database's leaderboard in the words of the table. */
export function toShown(board: Leaderboard): ShownLeaderboard {
  return {
    columns: board.columns.map(({ name, role, n, corruptions }) => ({
      benchmark: name,
      role,
      n,
      corrupted: corruptions !== null,
    })),
    rows: board.edges.map(({ node }) => ({
      model: node.model.name,
      kind: node.model.kind,
      bestIngredient: node.bestIngredient,
      networks: node.forwardPasses ?? 1,
      scores: node.scores.map((score) =>
        score === null ? null : { top1: score.top1, low: score.low, high: score.high },
      ),
    })),
  };
}
