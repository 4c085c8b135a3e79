import { join } from 'node:path';
import { hashFile, locateCheckpoint } from '../../checkpoints/locate.js';
import { correctBits } from '../../evaluation/bitmap.js';
import type { Predictions } from '../../evaluation/predictions.js';
import { contentOf } from '../../soups/certificate.js';
import type { Ingredient } from '../../soups/method.js';
import type { Features } from '../diversity/features.js';
import { accuracyOf, type MeasuredPool } from '../documents/measured-pool.js';
import type { Examined, MetricOfWorth } from '../documents/parts.js';
import { AnalysisError } from '../errors.js';
import { classifierAnswers, classifierFeatures, type Examination } from '../mixtures/classifier-answers.js';
import { remember } from '../mixtures/remember.js';
import { type Score, scoreOf } from '../mixtures/score.js';
import { mixtureKey, only, type Shares } from '../mixtures/shares.js';
import { type TextExamination, textMixtureAnswers, textMixtureFeatures } from '../mixtures/text-answers.js';
import { WeightPool } from '../mixtures/weight-pool.js';
import { keptImages } from './kept-images.js';
import { rowLosses } from './row-losses.js';
import type { ScoreCache, ScoredOn } from './score-cache.js';

/** Models and examples, ready for every analysis. Hold it with `await using`. */
export interface Subject extends MeasuredPool, AsyncDisposable {
  readonly ingredients: readonly Ingredient[];
  /** Answers of a mixture: recorded ones where they are known. */
  answers(shares: Shares): Promise<Predictions>;
  /** What a mixture is worth where that is known, here or from an earlier analysis; undefined where a network would be run. */
  knownWorth(shares: Shares, metric: MetricOfWorth): Promise<number | undefined>;
  /** Features of one model of the first examples. */
  features(place: number, most: number): Promise<Features>;
}

export interface SubjectOptions {
  readonly ingredients: readonly Ingredient[];
  readonly examination: Examination | TextExamination;
  readonly examined: Examined;
  /** As `ScoredOn` has it. */
  readonly pixels?: string;
  /** Answers that are stored, by `mixtureKey`. */
  readonly recorded?: ReadonlyMap<string, () => Promise<Predictions>>;
  /** Accuracies of which no answers are stored, by `mixtureKey`. */
  readonly accuracies?: ReadonlyMap<string, number>;
  readonly cache?: ScoreCache;
  /** As `RunningOptions` has it. */
  readonly anyOrigin?: boolean;
  readonly resumes?: boolean;
  readonly keptBytes?: number;
  /** Called when a mixture was put through the network: how many were so far, and how long this one took. */
  readonly onEvaluated?: (measured: number, seconds: number) => void;
  /** Closes what the examination holds. */
  readonly release?: () => Promise<void>;
}

/** Opens the models and checks that they belong in one soup. Throws CheckpointError. */
export async function openSubject(options: SubjectOptions): Promise<Subject> {
  const { ingredients, examined, pixels, recorded, accuracies, cache, resumes = false } = options;
  const pool = await WeightPool.open(ingredients, options.anyOrigin).catch(async (error: unknown) => {
    await options.release?.();
    throw error;
  });
  const images = 'texts' in options.examination ? null : keptImages(options.examination.images, options.keptBytes);
  const examination = images === null ? options.examination : { ...options.examination, images: images.images };
  let measured = 0;
  const known = new Set<string>();
  let identity: Promise<ScoredOn> | undefined;
  const scoredOn = () => {
    identity ??= contentsOf(ingredients).then((hashes) => ({
      ingredients: hashes,
      examples: examined.hash,
      ...(pixels === undefined ? {} : { pixels }),
      device: examination.device ?? 'cpu',
    }));
    return identity;
  };
  const answers = async (shares: Shares): Promise<Predictions> => {
    const found = recorded?.get(mixtureKey(shares));
    if (found !== undefined) {
      known.add(mixtureKey(shares));
      return await found();
    }
    const started = performance.now();
    const mixture = await pool.mix(shares);
    const answered =
      'texts' in examination
        ? await textMixtureAnswers(mixture, examination)
        : await classifierAnswers(mixture, examination);
    measured++;
    if (cache !== undefined) await cache.put(shares, await scoredOn(), scoreOf(answered));
    options.onEvaluated?.(measured, (performance.now() - started) / 1000);
    return answered;
  };
  const knownScore = async (shares: Shares): Promise<Score | undefined> => {
    if (recorded?.has(mixtureKey(shares)) === true) return scoreOf(await answers(shares));
    const found = await cache?.get(shares, await scoredOn());
    if (found === undefined) return undefined;
    if (!resumes) known.add(mixtureKey(shares));
    else options.onEvaluated?.(++measured, 0);
    return found;
  };
  const scores = remember(async (shares) => (await knownScore(shares)) ?? scoreOf(await answers(shares)));
  const knownAccuracy = (shares: Shares) => {
    const found = accuracies?.get(mixtureKey(shares));
    if (found !== undefined) known.add(mixtureKey(shares));
    return found;
  };
  return {
    models: ingredients.map(({ name }) => name),
    ingredients,
    examined,
    signal: examination.signal,
    score: scores.of,
    evaluations: () => ({ measured, known: known.size }),
    accuracy: async (shares) => knownAccuracy(shares) ?? accuracyOf(await scores.of(shares), examined.rows),
    answers,
    async knownWorth(shares, metric) {
      const accuracy = metric === 'accuracy' ? knownAccuracy(shares) : undefined;
      if (accuracy !== undefined) return accuracy;
      const score = await knownScore(shares);
      if (score === undefined) return undefined;
      return metric === 'loss' ? -score.loss : accuracyOf(score, examined.rows);
    },
    async features(place, most) {
      const model = await pool.mix(only(place, ingredients.length));
      return 'texts' in examination
        ? await textMixtureFeatures(model, examination, most)
        : await classifierFeatures(model, examination, most);
    },
    async [Symbol.asyncDispose]() {
      await images?.[Symbol.asyncDispose]();
      await pool[Symbol.asyncDispose]();
      await options.release?.();
    },
  };
}

/** What `analyseCompare` takes of a model's answers. */
export function comparedModel(name: string, answered: Predictions) {
  return { name, correct: correctBits(answered), losses: rowLosses(answered) };
}

/** The content of each ingredient as certificates name it; a run knows it, of a file it is hashed. */
async function contentsOf(ingredients: readonly Ingredient[]): Promise<string[]> {
  const contents: string[] = [];
  for (const { hash, path } of ingredients) contents.push(hash ?? (await contentOfFiles(path)));
  return contents;
}

async function contentOfFiles(path: string): Promise<string> {
  const { folder, weights } = await locateCheckpoint(path);
  const files: { name: string; bytes: number; sha256: string }[] = [];
  for (const name of weights) files.push({ name, bytes: 0, sha256: await hashFile(join(folder, name)) });
  return contentOf(files);
}

/** Names for people: without folders and endings where that keeps them apart, numbered where a file comes twice. */
export function shortNames(paths: readonly string[]): string[] {
  const short = paths.map((path) =>
    (
      path
        .replace(/[\\/]+$/, '')
        .split(/[\\/]/)
        .at(-1) ?? path
    ).replace(/\.safetensors(\.index\.json)?$/, ''),
  );
  const distinct = new Set(paths);
  const clear = new Set(short).size === distinct.size && short.every((name) => name !== '');
  const named = clear ? short : [...paths];
  return named.map((name, place) => {
    const before = named.slice(0, place).filter((other) => other === name).length;
    return before === 0 ? name : `${name} (${before + 1})`;
  });
}

/** Throws AnalysisError unless there are as many models as an analysis takes. */
export function assertCount(models: readonly string[], least: number, most = Number.POSITIVE_INFINITY): void {
  if (models.length >= least && models.length <= most) return;
  const wanted =
    least === most ? `${least}` : most === Number.POSITIVE_INFINITY ? `${least} or more` : `${least} to ${most}`;
  throw new AnalysisError(
    `This analysis takes ${wanted} models, and ${models.length} ${models.length === 1 ? 'was' : 'were'} named${models.length === 0 ? '' : `: ${models.join(', ')}`}.`,
    `Name ${wanted} checkpoints, or ${wanted} models of a cooked folder.`,
  );
}
