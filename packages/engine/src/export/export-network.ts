import { createHash } from 'node:crypto';
import { readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeWholeFolder } from '../artifacts/unfinished.js';
import { CancelledError } from '../errors.js';
import { matcherOf } from '../name-pattern.js';
import { didYouMean, listed } from '../recipe/did-you-mean.js';
import { type EncodedNetwork, encodeNetwork, type FilePrecision } from './encode-network.js';
import { ExportError } from './errors.js';
import type { ExportExamples } from './examples.js';
import { compared, refuseLoss } from './held-against-model.js';
import { type Comparison, type Speed, timed } from './measure.js';
import { type CardFacts, modelCard } from './model-card.js';
import type { RangeRule } from './quantise/calibrate.js';
import type { ExportSubject, SubjectInput } from './subject.js';

export const MODEL_FILE = 'model.onnx';
const CARD_FILE = 'README.md';
export const RECORD_FILE = 'export.json';
/** A protobuf message is smaller than this. */
const LARGEST_FILE = 2 ** 31;

export interface NetworkExport {
  readonly subject: ExportSubject;
  /** Names of the classes, in the order of the head's rows. */
  readonly classes: readonly string[] | null;
  readonly facts: CardFacts;
  /** Folder to write; there must be none of this name, or an empty one. */
  readonly output: string;
  readonly precision: FilePrecision;
  /** Patterns of names of weights that stay in f32 in a file of eight bits. */
  readonly keep: readonly string[];
  readonly reduceRange: boolean;
  /** What the model and the file are both asked about; null measures no accuracy. */
  readonly examples: ExportExamples | null;
  /** What static quantisation measures ranges on. */
  readonly calibration: { readonly examples: ExportExamples; readonly most: number; readonly rule: RangeRule } | null;
  /** How much of its top-1 accuracy a file may lose, as a share. */
  readonly tolerance: number;
  readonly version: string;
}

export interface NetworkExportOptions {
  readonly threads: number;
  readonly signal: AbortSignal;
  readonly onProgress?: (what: string, done: number, total: number) => void;
}

/** `export.json`: what was written, and what it was measured to do. */
export interface ExportRecord {
  readonly format: 'stockpot-export';
  readonly version: 1;
  readonly name: string;
  /** SHA-256 of the checkpoint that it was made of. */
  readonly checkpoint: string;
  readonly precision: FilePrecision;
  readonly file: { readonly name: string; readonly bytes: number; readonly sha256: string };
  /** `batch`: examples at once; null when any number is taken. */
  readonly input: SubjectInput & { readonly batch: number | null };
  readonly output: { readonly name: 'logits' | 'features'; readonly width: number };
  readonly original: { readonly bytes: number; readonly speed: Speed };
  readonly speed: Speed;
  /** Null where no examples were given. */
  readonly comparison: Comparison | null;
  readonly calibration: string | null;
}

/**
 * Writes a model as a folder that is used without Stockpot: `model.onnx`, how examples are prepared, the names of the classes,
 * a model card, and a record of what the file was measured to do. The file is run and compared with the model before it gets
 * its name: the folder is whole or not there.
 *
 * @throws {ExportError} for a place that is taken, and for a file that loses more accuracy than `tolerance`
 * @throws {CancelledError}
 */
export async function exportNetwork(order: NetworkExport, options: NetworkExportOptions): Promise<ExportRecord> {
  const { output } = order;
  await assertFree(output);
  assertKept(order);
  return await writeWholeFolder(output, async (folder) => {
    const record = await writeInto(folder, order, options);
    if (options.signal.aborted) throw new CancelledError('The export');
    return record;
  });
}

async function assertFree(output: string): Promise<void> {
  const there = await readdir(output).catch((error: NodeJS.ErrnoException) => error.code);
  if (there === 'ENOENT' || (Array.isArray(there) && there.length === 0)) return;
  const what = there === 'ENOTDIR' ? 'is a file' : Array.isArray(there) ? 'is not empty' : `cannot be read (${there})`;
  throw new ExportError(`${output} ${what}.`, 'Choose another folder with -o.');
}

/** A pattern that means no weight is a word that is written wrong: what was to stay in f32 would not. */
function assertKept({ keep, subject }: NetworkExport): void {
  const names = [...subject.tensors.keys()];
  const lost = keep.find((pattern) => !names.some(matcherOf(pattern)));
  if (lost === undefined) return;
  throw new ExportError(
    `The pattern '${lost}' keeps nothing: no weight has such a name.${didYouMean(lost, names)}`,
    `Weights are ${listed(names, 8)}.`,
  );
}

async function writeInto(folder: string, order: NetworkExport, options: NetworkExportOptions): Promise<ExportRecord> {
  const { subject, classes, facts, precision, examples, calibration, tolerance, keep } = order;
  const path = join(folder, MODEL_FILE);
  const full = await encodeNetwork(subject, { ...without(order), metadata: fileMetadata(order), precision: 'f32' });
  const originalPath = join(folder, 'original.onnx');
  await writeNetwork(originalPath, full);
  const encoded = precision === 'f32' ? full : await encode(order, options);
  if (precision !== 'f32') await writeNetwork(path, encoded);
  const { batch } = encoded;
  const { threads } = options;
  const written = precision === 'f32' ? originalPath : path;
  const comparison = examples === null ? null : await compared(written, batch, order, examples, options);
  const { one, many } = subject.unit;
  if (comparison !== null) refuseLoss(precision, comparison, { tolerance, many });
  const sample = (count: number) => subject.sample(count);
  const original = await timed(originalPath, sample, full.batch, threads);
  const exported = precision === 'f32' ? original : await timed(path, sample, batch, threads);
  if (precision === 'f32') await rename(originalPath, path);
  else await rm(originalPath);
  const sha256 = createHash('sha256').update(encoded.bytes).digest('hex');
  const record: ExportRecord = {
    format: 'stockpot-export',
    version: 1,
    name: facts.name,
    checkpoint: facts.content,
    precision,
    file: { name: MODEL_FILE, bytes: encoded.bytes.length, sha256 },
    input: { ...subject.input, batch },
    output: { name: subject.tensors.has('head.weight') ? 'logits' : 'features', width: exported.width },
    original: { bytes: full.bytes.length, speed: original.speed },
    speed: exported.speed,
    comparison,
    calibration: calibration === null ? null : `${calibration.most} ${many} at most of ${calibration.examples.words}`,
  };
  const card = modelCard(facts, {
    ...record,
    encoded,
    bytes: encoded.bytes.length,
    originalBytes: full.bytes.length,
    sha256,
    parameters: numbersIn(subject.tensors),
    classes,
    outputs: exported.width,
    output: record.output.name,
    one: `${one}${subject.sampleWords}`,
    many,
    ...subject.card,
    originalSpeed: original.speed,
    kept: precision.startsWith('int8') ? keep : [],
    version: order.version,
  });
  for (const [name, text] of Object.entries(subject.files(classes))) await writeFile(join(folder, name), text);
  await writeFile(join(folder, RECORD_FILE), `${JSON.stringify(record, null, 2)}\n`);
  await writeFile(join(folder, CARD_FILE), card);
  return record;
}

async function encode(
  order: NetworkExport,
  { threads, signal, onProgress }: NetworkExportOptions,
): Promise<EncodedNetwork> {
  const { subject, calibration } = order;
  const common = { ...without(order), metadata: fileMetadata(order) };
  if (order.precision !== 'int8-static') return await encodeNetwork(subject, common);
  const { many } = subject.unit;
  if (calibration === null) {
    throw new ExportError(
      `Static quantisation measures the ranges of the network on ${many}, and none were given.`,
      'Name some with --calibrate, or take --precision int8-dynamic, which needs none.',
    );
  }
  const groups = await subject.groups(calibration.examples, calibration.most, signal);
  const run = {
    threads,
    signal,
    onProgress: (done: number, total: number) => onProgress?.(`${many} calibrated on`, done, total),
  };
  return await encodeNetwork(subject, { ...common, calibration: { groups, rule: calibration.rule, ...run } });
}

/** The order without the examples, of which `encodeNetwork` has its own. */
function without<T extends { readonly calibration: unknown }>({ calibration: _, ...rest }: T): Omit<T, 'calibration'> {
  return rest;
}

/** What a file says of itself to who has nothing else of the folder. */
function fileMetadata({ subject, classes, facts }: NetworkExport): Record<string, string> {
  return {
    'stockpot.checkpoint': facts.content,
    ...subject.metadata,
    ...(classes === null ? {} : { 'stockpot.classes': JSON.stringify(classes) }),
    ...(facts.certificate === null ? {} : { 'stockpot.certificate.sha256': facts.certificate.sha256 }),
  };
}

async function writeNetwork(path: string, { bytes }: EncodedNetwork): Promise<void> {
  if (bytes.length >= LARGEST_FILE) {
    throw new ExportError(
      `The network has ${bytes.length} bytes; an ONNX file has less than 2 GiB.`,
      'Export it with --precision f16 or int8-dynamic.',
    );
  }
  await writeFile(path, bytes);
}

function numbersIn(tensors: ExportSubject['tensors']): number {
  return [...tensors.values()].reduce((sum, { shape }) => sum + shape.reduce((product, n) => product * n, 1), 0);
}
