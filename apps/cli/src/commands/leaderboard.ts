import { resolve } from 'node:path';
import { defaultHome, readRunRecord } from '@stockpot/engine/process';
import { UsageError } from '../failure.js';
import { leaderboardOf, overRepeats } from '../leaderboard/index.js';
import { leaderboardText } from '../leaderboard/text.js';

interface LeaderboardOptions {
  readonly recipe?: string;
  readonly every?: boolean;
  readonly json?: boolean;
}

/** Prints the leaderboard of what was cooked in a folder, from the record that the cook left. */
export async function leaderboardCommand(
  home: string | undefined,
  { recipe, every, json }: LeaderboardOptions,
): Promise<void> {
  const root = home === undefined ? defaultHome() : resolve(home);
  const record = await readRunRecord(root, recipe);
  const { steps } = record;
  const there = new Set(steps.map(({ id }) => id));
  const measured = (name: string) => there.has(`benchmarks/${name}`);
  const [report, selection] = [record.report.filter(measured), record.selection.filter(measured)];
  const results = new Map(
    steps.map(({ id, kind, summary }) => [id, { reused: true, result: { kind, outputs: {}, summary } }] as const),
  );
  // Without a benchmark that ranks, scores that models were chosen by would stand in its place.
  const leaderboard = report.length === 0 ? null : leaderboardOf({ steps, report, selection }, results);
  if (leaderboard === null || leaderboard.rows.length === 0) {
    throw new UsageError(
      `The cook of ${record.name} ended before a model of it had a score.`,
      'Cook the recipe again: it goes on from there.',
    );
  }
  const repeated = every === true ? null : overRepeats(leaderboard);
  if (json === true) {
    // How large files are is not in the record.
    const rows = leaderboard.rows.map(({ weightBytes: _, ...row }) => row);
    const document = { recipe: record.name, plan: record.plan, leaderboard: { ...leaderboard, rows } };
    const whole = repeated === null ? document : { ...document, overSeeds: repeated };
    process.stdout.write(`${JSON.stringify(whole, null, 2)}\n`);
  } else process.stdout.write(leaderboardText(leaderboard, repeated));
  const missing = record.unfinished?.length ?? 0;
  if (missing > 0) {
    process.stderr.write(`${missing} of ${missing + steps.length} steps are not finished: cook the recipe again.\n`);
  }
}
