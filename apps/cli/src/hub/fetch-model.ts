import { readFile, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '@stockpot/engine/artifacts';
import { CHECKPOINT_DOCUMENTS, parseShardIndex } from '@stockpot/engine/checkpoints';
import { fileUrl, findModel, type HubFile, type HubModel, type HubOptions } from './client.js';
import { download } from './download.js';
import { HubError } from './errors.js';
import { type HubReference, pinned } from './reference.js';

const WHOLE = 'model.safetensors';
const INDEX = 'model.safetensors.index.json';

export interface FetchedModel {
  /** The folder of its files. */
  readonly folder: string;
  /** `hf:owner/name@<commit>`: the same bytes for ever. */
  readonly source: string;
}

export interface FetchOptions {
  readonly hub: HubOptions;
  readonly signal: AbortSignal;
  /** Called with bytes fetched and bytes in all, as far as the hub tells. */
  readonly onProgress?: (done: number, total: number) => void;
  readonly pause?: number;
}

/**
 * Fetches the weights and the configuration of a model into `<folder>/<commit>`; files that are there whole are not fetched
 * again. Throws HubError for a model without safetensors, and for everything that can go wrong on the way.
 */
export async function fetchModel(
  reference: HubReference,
  folder: string,
  { hub, signal, onProgress, pause }: FetchOptions,
): Promise<FetchedModel> {
  const model = await findModel(reference, hub, signal);
  const place = join(folder, model.commit);
  await makeFolder(place);
  const done = new Map<string, number>();
  let wanted: readonly HubFile[] = [];
  const fetchFile = async (file: HubFile): Promise<void> => {
    await download({
      url: fileUrl(reference, model.commit, file.name, hub),
      file,
      path: join(place, file.name),
      reference,
      hub,
      signal,
      ...(pause === undefined ? {} : { pause }),
      onProgress: (bytes) => {
        done.set(file.name, bytes);
        onProgress?.(sum([...done.values()]), sum(wanted.map(({ size }) => size ?? 0)));
      },
    });
  };
  const documents = CHECKPOINT_DOCUMENTS.flatMap((name) => fileOf(model, name) ?? []);
  const whole = fileOf(model, WHOLE) ?? onlySafetensors(model);
  const index = whole === undefined ? fileOf(model, INDEX) : undefined;
  if (whole === undefined && index === undefined) throw withoutSafetensors(reference, model);
  wanted = [...documents, ...(whole === undefined ? [] : [whole]), ...(index === undefined ? [] : [index])];
  for (const file of documents) await fetchFile(file);
  if (index !== undefined) {
    await fetchFile(index);
    const { shards } = parseShardIndex(index.name, await readFile(join(place, index.name)));
    const weights = shards.map((name) => fileOf(model, name) ?? missing(reference, name));
    wanted = [...wanted, ...weights];
    await checkSpace(place, weights);
    for (const file of weights) await fetchFile(file);
  } else if (whole !== undefined) {
    await checkSpace(place, [whole]);
    await fetchFile(whole);
  }
  return { folder: place, source: pinned(reference, model.commit) };
}

function fileOf({ files }: HubModel, name: string): HubFile | undefined {
  return files.find((file) => file.name === name);
}

/** The one safetensors file at the top of a repository that calls it something else. */
function onlySafetensors(model: HubModel): HubFile | undefined {
  if (fileOf(model, INDEX) !== undefined) return undefined;
  const found = model.files.filter(({ name }) => /^[A-Za-z0-9_][A-Za-z0-9._-]*\.safetensors$/.test(name));
  return found.length === 1 ? found[0] : undefined;
}

function missing({ repository }: HubReference, name: string): never {
  throw new HubError(
    `${repository} names ${name} in its index and does not have it.`,
    'Ask its owner to upload the file, or use another revision.',
  );
}

function withoutSafetensors({ repository }: HubReference, { files }: HubModel): HubError {
  const pickles = files.filter(({ name }) => /\.(bin|pt|pth|ckpt|pkl|h5|msgpack)$/.test(name)).map(({ name }) => name);
  const has = pickles.length === 0 ? '' : `; it has ${pickles.slice(0, 3).join(', ')}, which Stockpot does not open`;
  return new HubError(
    `${repository} has no model in safetensors${has}.`,
    'Look for a revision with safetensors, or convert it where you trust its origin: load it with weights_only=True and save it with save_pretrained(safe_serialization=True). Opening a pickle runs its author’s code.',
  );
}

async function checkSpace(place: string, files: readonly HubFile[]): Promise<void> {
  const needed = sum(files.map(({ size }) => size ?? 0));
  const { bavail, bsize } = await statfs(place);
  if (needed <= bavail * bsize) return;
  throw new HubError(
    `The model has ${needed} bytes, and the disk of ${place} has ${bavail * bsize} free.`,
    'Free some space, or import to a folder on a larger disk.',
  );
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
