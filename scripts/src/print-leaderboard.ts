import {
  type Context,
  type Leaderboard,
  type LeaderboardScore,
  leaderboard,
  type MethodOverSeeds,
  seeds,
} from '@stockpot/domain';
import {
  leaderboardTable,
  type RepeatedLeaderboard,
  repeatsTable,
  type ShownLeaderboard,
  type ShownScore,
} from 'stockpot/leaderboard';
import { DEMO_LAB } from './first-cook.js';
import type { Terminal } from './terminal.js';

const ROWS = 30;

/** The demo lab's leaderboard, when there is anything on it, as `stockpot cook` shows its own. */
export async function printLeaderboard(ctx: Context, terminal: Terminal): Promise<void> {
  const board = await leaderboard.list({ ctx, input: { lab: DEMO_LAB, first: ROWS } });
  if (board.edges.length === 0) return;
  const shown = toShown(board);
  const show = (text: string) => {
    for (const line of text.trimEnd().split('\n')) terminal.line(`  ${line}`);
  };
  show(leaderboardTable(shown, { color: terminal.colours }));
  const more = board.totalCount - board.edges.length;
  if (more > 0) terminal.line(`  ${terminal.dim(`${more} more on the dashboard.`)}`);
  terminal.line();
  const methods = await seeds.methods({ ctx, input: { lab: DEMO_LAB, versus: null } });
  if (methods.length === 0) return;
  const ids = board.columns.map(({ id }) => id);
  show(repeatsTable(overSeeds(methods, ids, shown.columns), { color: terminal.colours }));
  terminal.line();
}

/** Methods over seeds in the words of the table. */
function overSeeds(
  methods: readonly MethodOverSeeds[],
  benchmarks: readonly string[],
  columns: ShownLeaderboard['columns'],
): RepeatedLeaderboard {
  return {
    repeats: Math.max(...methods.map(({ repeats }) => repeats)),
    columns,
    rows: methods.map(({ name, kind, chosenFrom, scores }) => ({
      ...{ model: chosenFrom === null ? name : null, kind, networks: 1, overBest: null },
      scores: benchmarks.map((id) => scores.find(({ benchmarkId }) => benchmarkId === id) ?? null),
    })),
  };
}

/** The database's leaderboard in the words of the table. */
export function toShown(board: Leaderboard): ShownLeaderboard {
  return {
    columns: board.columns.map(({ name, role, n, corruptions, headline }) => ({
      benchmark: name,
      role,
      n,
      corrupted: corruptions !== null,
      headline,
    })),
    rows: board.edges.map(({ node }) => ({
      model: node.model.name,
      kind: node.model.kind,
      ...(node.model.kind === 'soup' ? { method: node.model.method } : {}),
      bestIngredient: node.bestIngredient,
      networks: node.forwardPasses ?? 1,
      scores: node.scores.map((score) => (score === null ? null : shownScore(score))),
    })),
  };
}

/** The number that the column is ordered by; a model that has none there has no score. */
function shownScore({ headline, transduction }: LeaderboardScore): ShownScore | null {
  if (headline === null) return null;
  const { value, low, high } = headline;
  return {
    value,
    interval: low === null || high === null ? null : { low, high },
    ...(transduction === null ? {} : { transduction }),
  };
}
