/** @file Text models as checkpoints of Stockpot: everything a reader needs is in the file, the tokenizer too. */
import { z } from 'zod';
import type { Checkpoint } from '../../checkpoints/decode.js';
import { CheckpointError } from '../../checkpoints/errors.js';
import type { CheckpointReader } from '../../checkpoints/open-checkpoint.js';
import type { Tensor } from '../../graph/tensor.js';
import { canonicalJson } from '../../json.js';
import { readDocuments } from '../documents.js';
import { ARCHITECTURE_KEY, CLASSES_KEY, classesMetadata } from '../metadata.js';
import { type TextArchitecture, textArchitectureSchema } from './architecture.js';
import { exportHuggingFaceBert, importHuggingFaceBert } from './huggingface-bert.js';
import { openTokenizer, type Tokenizer } from './tokenizer.js';

/** Texts of the files that came with the model, as a JSON object from names. */
const FILES_KEY = 'stockpot.text_files';
const FILES = ['config.json', 'tokenizer.json', 'tokenizer_config.json'];

const files = z.record(z.string(), z.string());
const classNames = z.array(z.string()).min(1);

/** What a text model says of itself. */
export interface TextModelDescription {
  readonly architecture: TextArchitecture;
  readonly classes: readonly string[] | null;
  /** As it came; null for a model without one, which reads token ids. */
  readonly tokenizer: Tokenizer | null;
}

/** Whether a checkpoint's metadata says that Stockpot wrote it as a text model. */
export function isTextModel(metadata: ReadonlyMap<string, string>): boolean {
  return textArchitectureSchema.safeParse(json(metadata.get(ARCHITECTURE_KEY))).success;
}

/** What a text model says of itself and of what is made of it: its architecture, and the files that came with it. */
export function textMetadata(metadata: ReadonlyMap<string, string>): Record<string, string> {
  return Object.fromEntries([...metadata].filter(([key]) => key === ARCHITECTURE_KEY || key === FILES_KEY));
}

/** Throws CheckpointError when the metadata describes no text model. */
export function describeTextModel(metadata: ReadonlyMap<string, string>, source: string): TextModelDescription {
  const architecture = textArchitectureSchema.safeParse(json(metadata.get(ARCHITECTURE_KEY)));
  if (!architecture.success) {
    throw new CheckpointError(
      source,
      'its metadata describes no text model.',
      'Import one: stockpot import FOLDER -o DIR.',
    );
  }
  const texts = filesOf(metadata);
  const tokenizer = texts['tokenizer.json'];
  const classes = classNames.safeParse(json(metadata.get(CLASSES_KEY)));
  return {
    architecture: architecture.data,
    classes: classes.success ? classes.data : null,
    tokenizer:
      tokenizer === undefined ? null : openTokenizer(source, tokenizer, texts['tokenizer_config.json'] ?? null),
  };
}

/** A text model of transformers as one of Stockpot's: tensors in f32, and the metadata that describes them. */
export async function importTextCheckpoint(reader: CheckpointReader): Promise<{
  readonly architecture: TextArchitecture;
  readonly untouched: readonly string[];
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly metadata: Record<string, string>;
}> {
  const documents = await readDocuments(reader.located);
  const { architecture, tensors, classes, untouched } = await importHuggingFaceBert({
    source: reader.path,
    types: reader.tensors,
    files: documents,
    read: (name) => reader.read(name),
  });
  const kept = Object.fromEntries(
    FILES.flatMap((name) => (documents.has(name) ? [[name, documents.get(name) ?? '']] : [])),
  );
  const metadata = {
    format: 'pt',
    [ARCHITECTURE_KEY]: canonicalJson(architecture),
    [FILES_KEY]: canonicalJson(kept),
    ...(classes === null ? {} : classesMetadata(classes)),
  };
  // A tokenizer that cannot be opened is refused now, not when the first text comes.
  describeTextModel(new Map(Object.entries(metadata)), reader.path);
  return { architecture, untouched, tensors, metadata };
}

/** One of Stockpot's text models as transformers reads it: its tensors, and the files to put beside them. */
export function exportTextCheckpoint(
  { tensors, metadata }: Checkpoint,
  source: string,
): { readonly tensors: ReadonlyMap<string, Tensor>; readonly files: Readonly<Record<string, string>> } {
  const { architecture, classes } = describeTextModel(metadata, source);
  const { 'config.json': config, ...others } = filesOf(metadata);
  const original = z.record(z.string(), z.unknown()).safeParse(json(config));
  const written = exportHuggingFaceBert(
    { architecture, tensors, classes },
    original.success ? { original: original.data } : {},
  );
  return {
    tensors: written.tensors,
    files: { 'config.json': `${JSON.stringify(written.config, null, 2)}\n`, ...others },
  };
}

function filesOf(metadata: ReadonlyMap<string, string>): Readonly<Record<string, string>> {
  const parsed = files.safeParse(json(metadata.get(FILES_KEY)));
  return parsed.success ? parsed.data : {};
}

function json(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}
