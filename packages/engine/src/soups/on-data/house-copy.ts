import { readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { makeFolder } from '../../artifacts/make-folder.js';
import { cannotBeOpened } from '../../checkpoints/errors.js';
import { type CheckpointReader, openCheckpoint } from '../../checkpoints/open-checkpoint.js';
import { storage } from '../../checkpoints/storage.js';
import { safetensorsStream } from '../../checkpoints/stream.js';
import { preprocessing } from '../../data/preprocessing.js';
import { isFloat } from '../../graph/dtype.js';
import { imageArchitectureSchema } from '../../models/architecture.js';
import { readDocuments } from '../../models/documents.js';
import { importCheckpoint } from '../../models/import-checkpoint.js';
import { isModel, modelMetadata } from '../../models/metadata.js';
import { isHuggingFaceBert } from '../../models/text/huggingface-bert.js';
import { importTextStock } from '../../models/text/import-text-stock.js';
import { isTextModel } from '../../models/text/text-checkpoint.js';
import { SoupError } from '../errors.js';
import type { DataKitchen } from './kitchen.js';

/** What says which model some weights are, where they do not say it themselves: files, by the names that libraries give them. */
export interface ModelWords {
  /** Stockpot's own description; null where the files are another library's. */
  readonly description: Readonly<Record<string, string>> | null;
  readonly documents: ReadonlyMap<string, string>;
}

const stockpotDescription = z.object({ architecture: imageArchitectureSchema, preprocessing });
/** `stockpot inspect --json` has it below `model`. */
const inspected = z.object({ model: stockpotDescription });

/** What says how a text model reads texts. */
const TOKENIZER = ['tokenizer.json', 'tokenizer_config.json'];

/**
 * Reads what `--model` names: the configuration of another library (with the preprocessor's, or the tokenizer, beside it), or Stockpot's own
 * description {architecture, preprocessing}, as `stockpot inspect --json` prints it. Throws SoupError.
 */
export async function readModelWords(path: string): Promise<ModelWords> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new SoupError(`${path} cannot be read.`, 'Name the config.json of the model.', { cause });
  });
  const said = parsed(path, text);
  const found = stockpotDescription.safeParse(said).data ?? inspected.safeParse(said).data?.model;
  if (found !== undefined) return { description: modelMetadata(found), documents: new Map() };
  const documents = new Map([['config.json', text]]);
  for (const name of isHuggingFaceBert(documents) ? TOKENIZER : ['preprocessor_config.json']) {
    const file = join(dirname(path), name);
    const beside = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
      if (cause.code === 'ENOENT') return undefined;
      // Left out, images would be normalised or texts be cut otherwise than the model was trained, without a word.
      throw cannotBeOpened(file, cause);
    });
    if (beside !== undefined) documents.set(name, beside);
  }
  return { description: null, documents };
}

function parsed(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new SoupError(`${path} is not JSON.`, 'Name the config.json of the model.', { cause });
  }
}

/**
 * A checkpoint as networks are built from it: one file in Stockpot's names and in f32 that says what it is. It is the file
 * itself where that is one already, else a copy that goes when `use` has ended.
 *
 * @throws CheckpointError for weights of which nothing says which model they are
 */
export async function withHouseCopy<Result>(
  kitchen: DataKitchen,
  path: string,
  words: ModelWords | null,
  use: (file: string) => Promise<Result>,
): Promise<Result> {
  await using reader = await openCheckpoint(path);
  const { located } = reader;
  const [only] = located.weights;
  if (located.weights.length === 1 && only !== undefined && isReady(reader)) return use(join(located.folder, only));
  return kitchen.withScratch(`copy-${process.pid}`, async (scratch) => {
    const target = join(scratch, 'house.safetensors');
    // Stockpot's own text models say so by the same key; with nothing told, what is missing is said of the checkpoint itself.
    const told = words !== null && (words.description !== null || words.documents.size > 0);
    if (!told || isModel(reader.metadata)) await copy(reader, target);
    else {
      const folder = join(scratch, 'told');
      await makeFolder(folder);
      await tell(reader, words, folder);
      await using understood = await openCheckpoint(folder);
      await copy(understood, target);
    }
    return use(target);
  });
}

async function copy(reader: CheckpointReader, target: string): Promise<void> {
  const text = isTextModel(reader.metadata) || isHuggingFaceBert(await readDocuments(reader.located));
  await writeFile(target, safetensorsStream(text ? await importTextStock(reader) : await importCheckpoint(reader)));
}

/** Makes a folder in which the weights say what they are. */
async function tell(reader: CheckpointReader, { description, documents }: ModelWords, folder: string): Promise<void> {
  const { located, tensors, metadata } = reader;
  if (description !== null) {
    const bytesOf = async (name: string) => {
      const bytes = new Uint8Array(tensors.get(name)?.bytes ?? 0);
      await reader.readInto(name, bytes);
      return bytes;
    };
    const described = new Map([...metadata, ...Object.entries(description)]);
    await writeFile(
      join(folder, 'model.safetensors'),
      safetensorsStream({ types: tensors, metadata: described, bytesOf }),
    );
    return;
  }
  for (const name of [...located.weights, ...(located.index === undefined ? [] : [located.index.name])]) {
    const single = located.index === undefined ? 'model.safetensors' : name;
    await symlink(join(located.folder, name), join(folder, single));
  }
  for (const [name, text] of documents) await writeFile(join(folder, name), text);
}

/** Whether a checkpoint is in Stockpot's names and in f32, and says what it is. */
export function isReady({ metadata, tensors }: CheckpointReader): boolean {
  const f32 = [...tensors.values()].every(({ dtype }) => dtype === 'f32' || !isFloat(storage[dtype].readAs));
  return f32 && (isModel(metadata) || isTextModel(metadata));
}
