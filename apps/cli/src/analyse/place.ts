import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import {
  type AnalysisPlace,
  CookedRun,
  type RunningOptions,
  type RunPlaceOptions,
  runPlace,
  ScoreCache,
  scoresFolder,
} from '@stockpot/engine/analysis';
import { chooseDevice, cookedRecipes, defaultHome } from '@stockpot/engine/process';
import { UsageError } from '../failure.js';
import type { PlaceOptions } from './define-analysis.js';
import { filesPlace } from './files-place.js';
import type { AnalysisProgress } from './progress.js';

/** What every analysis is given beside its words and options. */
export interface AnalyseContext {
  readonly signal: AbortSignal;
  readonly progress: AnalysisProgress;
}

export interface OpenedPlace {
  readonly place: AnalysisPlace;
  /** A cooked folder, whose models can be evaluated again; checkpoints otherwise. */
  readonly cooked: boolean;
}

/** Tells a cooked folder from checkpoints: it is the first word, and holds a record of what was cooked. */
export async function openPlace(
  words: readonly string[],
  options: PlaceOptions,
  context: AnalyseContext,
): Promise<OpenedPlace> {
  const [first, ...names] = words;
  if (first === undefined || (await cookedRecipes(first)).length === 0) {
    const running = await runningOptions(options, defaultHome(), context);
    return { place: filesPlace(words, options, running, context), cooked: false };
  }
  const run = await CookedRun.open(first, options.recipe);
  if (options.data !== undefined) {
    throw new UsageError(
      '--data is for checkpoints; models of a cooked folder are asked about its own benchmarks.',
      'Leave it out, or say which benchmark with --benchmark.',
    );
  }
  const { soup, benchmark, stock } = options;
  const question = {
    names,
    ...(soup === undefined ? {} : { soup }),
    ...(benchmark === undefined ? {} : { benchmark }),
    ...(stock === undefined ? {} : { stock }),
  };
  return { place: runPlace(run, question, await runningOptions(options, resolve(first), context)), cooked: true };
}

/** How networks are run, and where their scores are kept. */
async function runningOptions(
  { threads, device: word, home: told, cache }: PlaceOptions,
  home: string,
  { signal, progress }: AnalyseContext,
): Promise<RunningOptions & RunPlaceOptions> {
  const { device } = await chooseDevice(word ?? 'cpu');
  const folder = scoresFolder(told === undefined ? home : resolve(told));
  return {
    threads: threads ?? availableParallelism(),
    device,
    signal,
    onEvaluated: (measured, seconds) => progress.evaluated(measured, seconds),
    onDoing: (what, done, total) => progress.doing(what, done, total),
    fresh: !cache,
    ...(cache
      ? {
          cache: new ScoreCache(folder, (error) =>
            progress.note(`Scores are not kept: ${error instanceof Error ? error.message : String(error)}`),
          ),
        }
      : {}),
  };
}
