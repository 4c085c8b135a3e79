import { join } from 'node:path';
import { checkpointHash, hashFile } from '../checkpoints/locate.js';
import { findPart, PART_NAMES } from '../data/files.js';
import { folderFingerprint } from '../data/folder-fingerprint.js';
import { dataHashes } from '../data/kept-registration.js';
import type { JsonObject } from '../json.js';
import {
  checkpointSource,
  datasetParameters,
  datasetSource,
  importParameters,
  probeParameters,
} from '../recipe/parameters.js';
import type { PlanStep } from '../recipe/plan.js';
import { locateSource, resolveCheckpoint } from './checkpoint-source.js';
import { resolvePackage, resolvePath, type SourceOptions } from './source-paths.js';

export { SourceNotFoundError, type SourceOptions } from './source-paths.js';

/** What a source is looked for as: a folder of data, or a checkpoint's file or folder. */
export type SourceKind = 'dataset' | 'checkpoint';

/** The folder of a data source, or the file or folder of a checkpoint. Throws SourceNotFoundError. */
export function resolveSource(source: JsonObject, options: SourceOptions, kind: SourceKind = 'dataset'): string {
  if (kind === 'checkpoint') return resolveCheckpoint(checkpointSource.parse(source), options);
  const parsed = datasetSource.parse(source);
  return 'npm' in parsed ? resolvePackage(parsed.npm, options) : resolvePath(parsed.path, options);
}

async function rememberedFingerprint(folder: string, { hashesIn }: SourceOptions): Promise<string> {
  if (hashesIn === undefined) return await folderFingerprint(folder);
  const hashes = await dataHashes(hashesIn, folder);
  const fingerprint = await folderFingerprint(folder, { hashes });
  await hashes.save();
  return fingerprint;
}

/**
 * What a step reads from outside the plan, as hashes for its key: a dataset step's files, an import's checkpoint, text
 * embeddings, the official files of a benchmark. Without them a step would be reused although its files have changed. Throws SourceNotFoundError, DataFileError and CheckpointError.
 *
 * @returns `{source: [SHA-256 of each file]}` for a dataset step of IDX files, `{source: [fingerprint of the folder]}` for one of another format, `{source: [content hash]}` for an import and a zero-shot head, the folder's fingerprint for a benchmark of official files, `{}` for any other
 */
export async function externalInputHashes(
  step: Pick<PlanStep, 'kind' | 'parameters'>,
  options: SourceOptions,
): Promise<Readonly<Record<string, readonly string[]>>> {
  if (step.kind === 'import') {
    const { source } = importParameters.parse(step.parameters);
    return { source: [await checkpointHash(await locateSource(source, options))] };
  }
  if (step.kind === 'probe') {
    const parameters = probeParameters.parse(step.parameters);
    if (parameters.algorithm !== 'zero-shot') return {};
    return { source: [await checkpointHash(await locateSource(parameters.text_embeddings, options))] };
  }
  if (step.kind === 'benchmark') {
    const { files } = step.parameters;
    if (files === undefined) return {};
    return { source: [await folderFingerprint(resolveSource(datasetSource.parse(files), options))] };
  }
  if (step.kind !== 'dataset') return {};
  const { source, splits, format } = datasetParameters.parse(step.parameters);
  const folder = resolveSource(source, options);
  if (format !== 'idx') return { source: [await rememberedFingerprint(folder, options)] };
  const parts = PART_NAMES.filter((part) => splits.some(({ from }) => from === part));
  const hashes: string[] = [];
  for (const part of parts) {
    const { images, labels } = await findPart(folder, part);
    hashes.push(await hashFile(join(folder, images)), await hashFile(join(folder, labels)));
  }
  return { source: hashes };
}
