import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import {
  assertCount,
  CookedRun,
  openFilesSubject,
  openRunSubject,
  type RunningOptions,
  ScoreCache,
  type Subject,
  selectionOf,
} from '@stockpot/engine/analysis';
import { chooseDevice, cookedRecipes, defaultHome } from '@stockpot/engine/process';
import { UsageError } from '../failure.js';
import type { AnalyseContext, SubjectOptions } from './define-analysis.js';

/** A cooked folder with names of its models, or checkpoints. */
export type Named =
  | { readonly kind: 'run'; readonly run: CookedRun; readonly root: string; readonly names: readonly string[] }
  | { readonly kind: 'files'; readonly paths: readonly string[] };

/** Tells a cooked folder from checkpoints: it is the first argument, and holds a record of what was cooked. */
export async function namedModels(
  words: readonly string[],
  { recipe }: Pick<SubjectOptions, 'recipe'>,
): Promise<Named> {
  const [first, ...names] = words;
  if (first !== undefined && (await cookedRecipes(first)).length > 0) {
    return { kind: 'run', run: await CookedRun.open(first, recipe), root: resolve(first), names };
  }
  return { kind: 'files', paths: words };
}

/** The cooked folder that an analysis needs. */
export async function openRun(
  words: readonly string[],
  options: Pick<SubjectOptions, 'recipe'>,
): Promise<Extract<Named, { kind: 'run' }>> {
  const named = await namedModels(words, options);
  if (named.kind === 'run') return named;
  // For the sentence about what is wrong with the folder.
  const [first = '.stockpot', ...names] = words;
  return { kind: 'run', run: await CookedRun.open(first, options.recipe), root: resolve(first), names };
}

export interface OpenedSubject extends AsyncDisposable {
  readonly subject: Subject;
  /** Of models of a cooked folder. */
  readonly run: { readonly run: CookedRun; readonly benchmark: string } | null;
}

/** How many models an analysis takes. */
export interface Wanted {
  readonly least: number;
  readonly most?: number;
}

/** Opens what the command line names, ready to be evaluated. */
export async function openSubjectOf(
  words: readonly string[],
  options: SubjectOptions,
  { least, most }: Wanted,
  context: AnalyseContext,
): Promise<OpenedSubject> {
  const named = await namedModels(words, options);
  const running = await runningOptions(options, named.kind === 'run' ? named.root : defaultHome(), context);
  if (named.kind === 'run') {
    const { run, names } = named;
    if (options.data !== undefined) {
      throw new UsageError(
        '--data is for checkpoints; models of a cooked folder are asked about its own benchmarks.',
        'Leave it out, or say which benchmark with --benchmark.',
      );
    }
    const subject = await openRunSubject(run, {
      ...running,
      names,
      ...(options.soup === undefined ? {} : { soup: options.soup }),
      ...(options.benchmark === undefined ? {} : { benchmark: options.benchmark }),
    });
    return await held(subject, { run, benchmark: options.benchmark ?? selectionOf(run) }, least, most);
  }
  assertCount(named.paths, least, most);
  if (options.data === undefined) {
    throw new UsageError(
      'The checkpoints have to be asked about examples, and none were given.',
      'Name a folder of labelled images with --data DIR, or a cooked folder in place of checkpoints.',
    );
  }
  const { format, split, count, seed } = options;
  const subject = await openFilesSubject({
    ...running,
    paths: named.paths,
    data: options.data,
    read: {
      ...(format === undefined ? {} : { format }),
      ...(split === undefined ? {} : { split }),
      ...(count === undefined ? {} : { count }),
      ...(seed === undefined ? {} : { seed }),
    },
    onExamples: (done, total) => context.progress.reading(done, total),
  });
  return await held(subject, null, least, most);
}

async function held(
  subject: Subject,
  run: OpenedSubject['run'],
  least: number,
  most: number | undefined,
): Promise<OpenedSubject> {
  try {
    assertCount(subject.models, least, most);
  } catch (error) {
    await subject[Symbol.asyncDispose]();
    throw error;
  }
  return { subject, run, [Symbol.asyncDispose]: async () => subject[Symbol.asyncDispose]() };
}

/** How networks are run, and where their scores are kept. */
export async function runningOptions(
  { threads, device: word, home: told, cache }: Pick<SubjectOptions, 'threads' | 'device' | 'home' | 'cache'>,
  home: string,
  { signal, progress }: AnalyseContext,
): Promise<RunningOptions> {
  const { device } = await chooseDevice(word ?? 'cpu');
  const folder = join(told === undefined ? home : resolve(told), 'analyses', 'scores');
  return {
    threads: threads ?? availableParallelism(),
    device,
    signal,
    onEvaluated: (measured, seconds) => progress.evaluated(measured, seconds),
    ...(cache
      ? {
          cache: new ScoreCache(folder, (error) =>
            progress.note(`Scores are not kept: ${error instanceof Error ? error.message : String(error)}`),
          ),
        }
      : {}),
  };
}
