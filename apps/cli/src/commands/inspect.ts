import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type CheckpointReader, hashCheckpoint, openCheckpoint } from '@stockpot/engine/checkpoints';
import { StockpotEngineError } from '@stockpot/engine/errors';
import {
  describeModel,
  describeTextModel,
  isHuggingFaceBert,
  isModel,
  isTextModel,
  readDocuments,
  readFormatRecord,
  recogniseFormat,
  shownArchitecture,
} from '@stockpot/engine/models';
import Table from 'cli-table3';
import { printable } from '../printable.js';
import { size, whole } from '../progress/format.js';

const SHOWN_METADATA = 400;

/** Prints what a checkpoint holds. Only headers, configurations and hashes are read; nothing in it is executed. */
export async function inspectCommand(path: string, { json }: { readonly json?: boolean }): Promise<void> {
  await using checkpoint = await openCheckpoint(path);
  const facts = await inspect(checkpoint);
  if (json === true) {
    process.stdout.write(`${JSON.stringify({ file: path, ...facts }, null, 2)}\n`);
    return;
  }
  const { tensors, metadata, files, numbers, bytes, model } = facts;
  const table = new Table({
    head: ['tensor', 'dtype', 'shape', 'size'],
    colAligns: ['left', 'left', 'left', 'right'],
    style: { head: [], border: [], compact: true },
  });
  for (const tensor of tensors) {
    table.push([printable(tensor.name), tensor.dtype, `[${tensor.shape.join(', ')}]`, size(tensor.bytes)]);
  }
  const lines = [
    table.toString(),
    ...Object.entries(metadata).map(([key, value]) => `${printable(key)}: ${shortened(printable(value))}`),
    `${whole(tensors.length)} ${tensors.length === 1 ? 'tensor' : 'tensors'}, ${whole(numbers)} numbers, ${size(bytes)}`,
    `types: ${Object.entries(facts.dtypes)
      .map(([dtype, count]) => `${whole(count)} of ${dtype}`)
      .join(', ')}`,
    `model: ${printable(model.words)}`,
    ...(model.architecture === null ? [] : [`architecture: ${printable(fields(model.architecture))}`]),
    ...(model.preprocessing === null ? [] : [`preprocessing: ${printable(fields(model.preprocessing))}`]),
    `memory: ${size(facts.memory.weights)} as F32 weights, ${size(facts.memory.adamw)} with their gradients and AdamW's moments`,
    ...files.map(({ name, bytes: length, sha256 }) => `${printable(name)}: ${size(length)}, sha256 ${sha256}`),
    `content ${facts.content}`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

async function inspect(checkpoint: CheckpointReader) {
  const { located } = checkpoint;
  const tensors = [...checkpoint.tensors].map(([name, { dtype, shape, bytes, file }]) => ({
    name,
    dtype,
    shape,
    bytes,
    ...(located.weights.length === 1 ? {} : { file }),
  }));
  const dtypes: Record<string, number> = {};
  for (const { dtype } of tensors) dtypes[dtype] = (dtypes[dtype] ?? 0) + 1;
  const numbers = tensors.reduce((sum, { shape }) => sum + shape.reduce((product, length) => product * length, 1), 0);
  const hashed = await hashCheckpoint(located);
  const files: { name: string; bytes: number; sha256: string }[] = [];
  for (const [name, sha256] of hashed.files) {
    files.push({ name, bytes: (await stat(join(located.folder, name))).size, sha256 });
  }
  const weights = files.filter(({ name }) => located.weights.includes(name));
  const [only] = weights;
  return {
    sha256: weights.length === 1 && only !== undefined ? only.sha256 : null,
    content: hashed.hash,
    bytes: weights.reduce((sum, { bytes }) => sum + bytes, 0),
    numbers,
    memory: { weights: 4 * numbers, adamw: 16 * numbers },
    dtypes,
    model: await describe(checkpoint),
    metadata: Object.fromEntries(checkpoint.metadata),
    files,
    tensors,
  };
}

interface ModelFacts {
  /** Whose names and configuration these are; null when they are nobody's that Stockpot knows. */
  readonly format: string | null;
  readonly words: string;
  readonly architecture: object | null;
  readonly preprocessing: object | null;
}

/** What model this is, by what it says of itself or by the configuration beside it. */
async function describe(checkpoint: CheckpointReader): Promise<ModelFacts> {
  const { metadata, path, tensors, located } = checkpoint;
  const unknown = { format: null, architecture: null, preprocessing: null };
  try {
    if (isTextModel(metadata)) {
      const { architecture } = describeTextModel(metadata, path);
      return { format: 'stockpot', words: "a text model in Stockpot's names", architecture, preprocessing: null };
    }
    if (isModel(metadata)) {
      const { architecture: whole, preprocessing } = describeModel(metadata, path);
      const architecture = shownArchitecture(whole);
      const origin = readFormatRecord(metadata, path)?.name;
      const from = origin === undefined ? '' : `, which came in as ${origin}`;
      return { format: 'stockpot', words: `a model in Stockpot's names${from}`, architecture, preprocessing };
    }
    const files = await readDocuments(located);
    if (isHuggingFaceBert(files)) return { ...unknown, format: 'huggingface-bert', words: 'BERT of transformers' };
    const { name, title } = recogniseFormat({ source: path, types: tensors, files });
    return { ...unknown, format: name, words: `${title}; stockpot import reads it` };
  } catch (error) {
    if (!(error instanceof StockpotEngineError)) throw error;
    return { ...unknown, words: `not known: ${error.message}` };
  }
}

function fields(value: object): string {
  return Object.entries(value)
    .map(([name, field]) => `${name} ${typeof field === 'object' ? JSON.stringify(field) : String(field)}`)
    .join(', ');
}

function shortened(text: string): string {
  return text.length > SHOWN_METADATA ? `${text.slice(0, SHOWN_METADATA)}… (${whole(text.length)} characters)` : text;
}
