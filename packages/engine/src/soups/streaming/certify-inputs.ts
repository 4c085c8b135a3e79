/** @file What a certificate says of the inputs of a soup. */
import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import type { CheckpointReader } from '../../checkpoints/open-checkpoint.js';
import { ARCHITECTURE_KEY, describeModel } from '../../models/metadata.js';
import { normalisedLayers } from '../batch-norm/statistics-graph.js';
import { type CertifiedInput, contentOf, type SoupCertificate } from '../certificate.js';
import type { OpenIngredients } from './ingredients.js';
import type { Workforce } from './threads.js';

interface HashOptions {
  readonly signal?: AbortSignal;
  /** SHA-256 by absolute path, where it is known. */
  readonly hashes?: ReadonlyMap<string, string>;
}

/** Hashes the inputs' files, those that are not known, and says what each input is. */
export async function certifyInputs(
  { all, names }: Pick<OpenIngredients, 'all' | 'names'>,
  workforce: Workforce,
  { hashes = new Map(), signal }: HashOptions,
): Promise<readonly CertifiedInput[]> {
  const pathOf = ({ located }: CheckpointReader, name: string) => resolve(located.folder, name);
  const paths = [...new Set(all.flatMap((reader) => reader.located.weights.map((name) => pathOf(reader, name))))];
  const unknown = paths.filter((path) => !hashes.has(path));
  const known = new Map(hashes);
  await workforce.run(
    { method: '', parameters: {}, seed: 0, names: [], hasBase: false, tensors: [], hashes: unknown },
    {
      ...(signal === undefined ? {} : { signal }),
      onResult({ task, sha256 }) {
        known.set(unknown[task.index] ?? '', sha256);
      },
    },
  );
  const inputs: CertifiedInput[] = [];
  for (const [index, reader] of all.entries()) {
    const files: CertifiedInput['files'] = [];
    for (const name of reader.located.weights) {
      const path = pathOf(reader, name);
      files.push({ name, bytes: (await stat(path)).size, sha256: known.get(path) ?? '' });
    }
    inputs.push({ name: basename(names[index] ?? resolve(reader.path)), content: contentOf(files), files });
  }
  return inputs;
}

/**
 * What a reader of the certificate must know.
 *
 * @param estimated whether the statistics of batch normalisation were estimated for this soup
 */
export function notesOf(
  { types, metadata }: Pick<OpenIngredients, 'types' | 'metadata'>,
  certificates: readonly (SoupCertificate | null)[],
  estimated = false,
): string[] {
  const notes: string[] = [];
  if ([...types.keys()].some((name) => /(^|\.)running_(mean|var)$/.test(name))) {
    notes.push(
      'It has batch normalisation, whose running statistics were mixed like weights and are not those of the soup: estimate them again on training data before use.',
    );
  }
  if (!estimated && keepsStatistics(metadata)) {
    notes.push(
      'It has batch normalisation with the running statistics of its stock, or the mean of those of its ingredients, which are not those of the soup: estimate them again on training data before use, by stockpot batchnorm.',
    );
  }
  if (certificates.some((certificate) => certificate !== null)) notes.push('Some of its inputs are soups themselves.');
  return notes;
}

/** Whether a model is a network from an ONNX file with batch normalisation, whose statistics lie in its graph. */
function keepsStatistics(metadata: ReadonlyMap<string, string>): boolean {
  if (!metadata.get(ARCHITECTURE_KEY)?.includes('"onnx"')) return false;
  const { architecture } = describeModel(metadata, 'the soup');
  return architecture.family === 'onnx' && normalisedLayers(architecture.graph).length > 0;
}
