import { relative, resolve } from 'node:path';
import {
  chooseDevice,
  cook,
  type DeviceWord,
  defaultHome,
  deviceReport,
  LocalHome,
  RunRecorder,
} from '@stockpot/engine/process';
import type { Plan, TrainingPrecision } from '@stockpot/engine/recipe';
import { dataNotes, importNotes } from '../data-notes/index.js';
import { UsageError } from '../failure.js';
import { onInterrupt } from '../interrupt.js';
import { leaderboardOf, overRepeats } from '../leaderboard/index.js';
import { leaderboardText } from '../leaderboard/text.js';
import { createProgress } from '../progress/index.js';
import { readRecipe } from '../read-recipe.js';

const STOPPING = 'Stopping: what the running steps have trained is kept. Press Ctrl-C again to stop at once.';

export interface CookArguments {
  readonly home?: string;
  readonly concurrency?: number;
  readonly device?: DeviceWord;
  /** Mebibytes of one step. */
  readonly memory?: number;
  /** Of every training, in place of what the recipe says. */
  readonly precision?: TrainingPrecision;
  readonly json?: boolean;
}

/**
 * Cooks a recipe on this machine with no server. Progress goes to standard error, the leaderboard to standard output, so
 * that it can be piped.
 */
export async function cookCommand(file: string, options: CookArguments): Promise<void> {
  const { plan, folder } = await readRecipe(
    file,
    options.precision === undefined ? {} : { precision: options.precision },
  );
  const { device, why } = await chooseDevice(options.device ?? 'cpu');
  if (options.precision === 'f16' && !(await deviceReport(device)).f16) {
    throw new UsageError(
      `The device ${device} does not compute with 16-bit floats.`,
      'Leave --precision f16 out, or choose another --device: stockpot devices tells which can.',
    );
  }
  const home = await LocalHome.open(options.home === undefined ? defaultHome() : resolve(options.home));
  const progress = createProgress({ stream: process.stderr, plan });
  const interrupt = onInterrupt(() => progress.note(STOPPING));
  const recorder = new RunRecorder(home.root, plan, folder);
  try {
    if (options.device !== undefined) progress.note(why);
    const results = await cook(plan, {
      place: home,
      sources: { base: folder, confined: false },
      device,
      ...(options.memory === undefined ? {} : { memoryLimitBytes: options.memory * 2 ** 20 }),
      signal: interrupt.signal,
      onEvent: (event) => {
        progress.handle(event);
        recorder.note(event);
      },
      ...(options.concurrency === undefined ? {} : { concurrency: options.concurrency }),
    }).catch(async (error: unknown) => {
      // Why the cook ended matters more than that its record could not be written.
      await recorder.end().catch(() => undefined);
      if (recorder.finished > 0) progress.note(whatIsThere(recorder, home.root));
      throw error;
    });
    await recorder.end();
    progress.finish();
    for (const note of [...dataNotes(plan, results), ...importNotes(plan, results)]) process.stderr.write(`${note}\n`);
    const leaderboard = leaderboardOf(plan, results);
    const repeated = overRepeats(leaderboard);
    if (options.json === true) {
      const document = { recipe: plan.name, plan: plan.hash, steps: stepsOf(plan, results), leaderboard };
      process.stdout.write(
        `${JSON.stringify(repeated === null ? document : { ...document, overSeeds: repeated }, null, 2)}\n`,
      );
      return;
    }
    process.stdout.write(`\n${leaderboardText(leaderboard, repeated)}`);
    const asked = plan.steps.flatMap(({ makes }) => (makes.type === 'analysis' ? [makes.name] : []));
    if (asked.length > 0) process.stderr.write(`${whatWasAnalysed(asked, relative('', home.root) || '.')}\n`);
  } finally {
    progress.finish();
    interrupt.dispose();
    await home.close();
  }
}

function whatIsThere({ finished, models, plan }: RunRecorder, root: string): string {
  const there = `${finished} of ${plan.steps.length} steps are finished`;
  return models === 0
    ? `${there} and are reused when the recipe is cooked again.`
    : `${there}: their models can be analysed, verified and exported from ${root}.`;
}

function whatWasAnalysed(names: readonly string[], home: string): string {
  return `Analysed: ${names.join(', ')}. stockpot analyse show ${home} prints what was found.`;
}

function stepsOf(plan: Plan, results: Awaited<ReturnType<typeof cook>>) {
  return plan.steps.map(({ id, kind }) => {
    const cooked = results.get(id);
    const outputs = Object.entries(cooked?.result.outputs ?? {}).map(([output, { hash }]) => [output, hash]);
    return { id, kind, key: cooked?.key, reused: cooked?.reused, outputs: Object.fromEntries(outputs) };
  });
}
