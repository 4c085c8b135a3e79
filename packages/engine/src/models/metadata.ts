import { z } from 'zod';
import { CheckpointError } from '../checkpoints/errors.js';
import { type Preprocessing, preprocessing } from '../data/preprocessing.js';
import { canonicalJson } from '../json.js';
import { type ImageArchitecture, imageArchitectureSchema, storedArchitecture } from './architecture.js';

export const ARCHITECTURE_KEY = 'stockpot.architecture';
export const PREPROCESSING_KEY = 'stockpot.preprocessing';
export const STOCK_KEY = 'stockpot.stock';
export const HEAD_KEY = 'stockpot.head';
export const CLASSES_KEY = 'stockpot.classes';
/** What a recipe says that an imported model has seen. */
export const SEEN_KEY = 'stockpot.seen';
/** 'ema' for an exponential mean of the weights; not there for those of the last step. */
export const WEIGHTS_KEY = 'stockpot.weights';
/** Decay a step of that mean. Means of different decays are still means, and may be averaged. */
const EMA_DECAY_KEY = 'stockpot.ema_decay';

/** What a checkpoint says of itself, so that no reader has to assume a shape or a normalisation. */
export interface ModelDescription {
  readonly architecture: ImageArchitecture;
  readonly preprocessing: Preprocessing;
}

/** What an ingredient was trained from, as SHA-256. Models of different origin do not share a basin and are not averaged. */
export interface ModelOrigin {
  readonly stock: string;
  /** Not there for a model that was trained without labels: it has no head. */
  readonly head?: string;
}

const classNames = z.array(z.string()).min(1);

/** The names of a head's classes, in the order of its rows, as metadata: heads of another order are not averaged. */
export function classesMetadata(classes: readonly string[]): Record<string, string> {
  return { [CLASSES_KEY]: canonicalJson(classes) };
}

/** The names of the classes, in the order of the head's rows; null for a model that does not say them. */
export function classesOf(metadata: ReadonlyMap<string, string>, source: string): readonly string[] | null {
  return metadata.has(CLASSES_KEY) ? entry(metadata, CLASSES_KEY, classNames, source) : null;
}

/** What weights that are an exponential mean say of themselves, so that no soup mixes them with others. */
export function averageMetadata(decay: number): Record<string, string> {
  return { [WEIGHTS_KEY]: 'ema', [EMA_DECAY_KEY]: String(decay) };
}

/** The description as safetensors metadata; canonical JSON, so that equal models have equal bytes. */
export function modelMetadata(
  { architecture, preprocessing: pixels }: ModelDescription,
  origin?: ModelOrigin,
): Record<string, string> {
  const description = {
    [ARCHITECTURE_KEY]: canonicalJson(storedArchitecture(architecture)),
    [PREPROCESSING_KEY]: canonicalJson(pixels),
  };
  if (origin === undefined) return description;
  const head = origin.head === undefined ? {} : { [HEAD_KEY]: origin.head };
  return { ...description, [STOCK_KEY]: origin.stock, ...head };
}

/** Whether a checkpoint's metadata says that Stockpot wrote it as a model. */
export function isModel(metadata: ReadonlyMap<string, string>): boolean {
  return metadata.has(ARCHITECTURE_KEY);
}

/**
 * Reads the description out of a checkpoint's metadata.
 *
 * @param source named in errors
 * @throws {CheckpointError} when it is missing or is not one.
 */
export function describeModel(metadata: ReadonlyMap<string, string>, source: string): ModelDescription {
  return {
    architecture: entry(metadata, ARCHITECTURE_KEY, imageArchitectureSchema, source),
    preprocessing: entry(metadata, PREPROCESSING_KEY, preprocessing, source),
  };
}

function entry<Schema extends z.ZodType>(
  metadata: ReadonlyMap<string, string>,
  key: string,
  schema: Schema,
  source: string,
): z.output<Schema> {
  const text = metadata.get(key);
  if (text === undefined) {
    throw new CheckpointError(source, `its metadata has no ${key}.`, 'Use a checkpoint that Stockpot wrote.');
  }
  const parsed = schema.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const where = [key, ...(issue?.path ?? [])].join('.');
  throw new CheckpointError(source, `its metadata is wrong at ${where}: ${issue?.message}.`, 'Use another checkpoint.');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
