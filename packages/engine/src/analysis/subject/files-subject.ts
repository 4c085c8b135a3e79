import { basename, resolve } from 'node:path';
import { openCheckpoint } from '../../checkpoints/open-checkpoint.js';
import { type OpenFolderOptions, openFolder } from '../../data/open-folder.js';
import { isModel } from '../../models/metadata.js';
import { isTextModel } from '../../models/text/text-checkpoint.js';
import type { DeviceName } from '../../runtime/device-names.js';
import { AnalysisError } from '../errors.js';
import { openSubject, type Subject, type SubjectOptions, shortNames } from './pool-subject.js';
import type { ScoreCache } from './score-cache.js';

/** Examples in one run of the network. Results do not depend on it: the last run is padded. */
export const BATCH = 100;

/** How networks are run. */
export interface RunningOptions extends Pick<SubjectOptions, 'onEvaluated'> {
  readonly threads: number;
  readonly device?: DeviceName;
  readonly signal: AbortSignal;
  readonly cache?: ScoreCache;
  /** Takes models of different stocks, too. */
  readonly anyOrigin?: boolean;
  /** Counts what the cache holds as measured: it is of an earlier attempt at the very same question. */
  readonly resumes?: boolean;
  /** Bytes of prepared images that are kept between mixtures; left out, as `keptImages` has it. */
  readonly keptBytes?: number;
  /** Called now and then with the examples that the current mixture has been asked about. */
  readonly onProgress?: (done: number) => void;
}

export interface FilesSubjectOptions extends RunningOptions {
  /** Checkpoints: files, indexes of shards, folders. */
  readonly paths: readonly string[];
  /** Folder of labelled images or texts. */
  readonly data: string;
  readonly read?: Pick<OpenFolderOptions, 'format' | 'split' | 'count' | 'seed' | 'home'>;
  /** Called while the examples are read, with those done and in all. */
  readonly onExamples?: (done: number, total: number) => void;
}

/** Checkpoints and a folder of labelled images or texts. Throws AnalysisError for models that read the other. */
export async function openFilesSubject(options: FilesSubjectOptions): Promise<Subject> {
  const { paths, data, read, signal, onExamples } = options;
  const names = shortNames(paths);
  const folder = resolve(data);
  const examples = await openFolder(folder, {
    ...read,
    signal,
    ...(onExamples === undefined ? {} : { onProgress: onExamples }),
  });
  const { split, dataset, labels, kind } = examples;
  const { manifest } = dataset;
  const positions = Array.from({ length: labels.length }, (_, position) => position);
  const questions = examples.kind === 'images' ? { images: examples.images } : { texts: examples.split, positions };
  await refuseOthers(paths, kind).catch(async (error: unknown) => {
    await examples[Symbol.asyncDispose]();
    throw error;
  });
  return await openSubject({
    ...runningOf(options),
    ingredients: paths.map((path, index) => ({ name: names[index] ?? path, path })),
    examination: { ...examinationOf(options), ...questions, labels },
    examined: {
      source: `${basename(folder)}/${split.name}`,
      role: null,
      n: split.n,
      rows: split.n,
      classes: dataset.classes,
      hash: split.contentHash,
    },
    ...(manifest.version === 2 && manifest.content.kind === 'encoded' ? { pixels: manifest.content.pixelsHash } : {}),
    release: async () => examples[Symbol.asyncDispose](),
  });
}

/** Throws AnalysisError for a checkpoint of which nothing says what model it is, and for one that reads the other. */
async function refuseOthers(paths: readonly string[], kind: 'images' | 'texts'): Promise<void> {
  for (const path of paths) {
    await using reader = await openCheckpoint(path);
    if (!isModel(reader.metadata)) {
      throw new AnalysisError(
        `${path} does not say what model it is.`,
        `Bring it in first: stockpot import ${path} -o FOLDER; then analyse that.`,
      );
    }
    const reads = isTextModel(reader.metadata) ? 'texts' : 'images';
    if (reads === kind) continue;
    throw new AnalysisError(
      `${path} is a model of ${reads}, and the data hold ${kind}.`,
      `Name data of ${reads} with --data, or models of ${kind}.`,
    );
  }
}

export function examinationOf({ threads, device, signal, onProgress }: RunningOptions) {
  return {
    batch: BATCH,
    threads,
    signal,
    ...(device === undefined ? {} : { device }),
    ...(onProgress === undefined ? {} : { onProgress }),
  };
}

export function runningOf({
  cache,
  anyOrigin,
  resumes,
  keptBytes,
  onEvaluated,
}: RunningOptions): Pick<SubjectOptions, 'cache' | 'anyOrigin' | 'resumes' | 'keptBytes' | 'onEvaluated'> {
  return {
    ...(anyOrigin === undefined ? {} : { anyOrigin }),
    ...(keptBytes === undefined ? {} : { keptBytes }),
    ...(cache === undefined ? {} : { cache }),
    ...(resumes === undefined ? {} : { resumes }),
    ...(onEvaluated === undefined ? {} : { onEvaluated }),
  };
}
