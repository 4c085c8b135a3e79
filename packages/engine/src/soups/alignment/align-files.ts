import { resolve } from 'node:path';
import { mismatches } from '../../checkpoints/compatibility.js';
import { hashFile } from '../../checkpoints/locate.js';
import { type CheckpointReader, openCheckpoint } from '../../checkpoints/open-checkpoint.js';
import type { StoredType } from '../../checkpoints/storage.js';
import { safetensorsStream } from '../../checkpoints/stream.js';
import { writeCheckpoint, writeFileAtomically } from '../../checkpoints/write-checkpoint.js';
import { CancelledError } from '../../errors.js';
import type { Tensor } from '../../graph/tensor.js';
import { canonicalJson } from '../../json.js';
import { assertSameModel } from '../../models/compatibility.js';
import { describeModel, HEAD_KEY, STOCK_KEY } from '../../models/metadata.js';
import { CERTIFICATE_KEY, contentOf } from '../certificate.js';
import { SoupError } from '../errors.js';
import { permute } from './permute.js';
import type { SymmetryGroup } from './symmetries.js';
import { vitSymmetries } from './vit-symmetries.js';
import { weightMatching } from './weight-matching.js';

/** What an aligned checkpoint says of how it came about. */
const ALIGNED_KEY = 'stockpot.aligned';

export interface Alignment {
  /** `content` of the model that it was aligned to, and of the one that was aligned. */
  readonly reference: string;
  readonly model: string;
  /** Σ ⟨reference, model⟩ over all tensors with symmetries, before and after. */
  readonly objective: readonly [before: number, after: number];
  /** False: the search ended before it found nothing more to do. */
  readonly converged: boolean;
  /** Of each group of units, how many there are and how many changed their place. */
  readonly groups: readonly { readonly name: string; readonly units: number; readonly moved: number }[];
}

/**
 * Writes a vision transformer with its units in the order in which they come closest to those of a reference (Git Re-Basin):
 * the same function in other weights, which may then be mixed with the reference. It takes the reference's place in the
 * metadata, too: its stock and head, in whose basin it now is meant to lie; where it came from is said under `stockpot.aligned`.
 *
 * @param output a file if it ends in .safetensors, else a folder
 * @throws CheckpointError for models that do not describe themselves or differ; SoupError for one that is no vision transformer
 */
export async function alignFiles(
  { reference: referencePath, model: path, output }: { reference: string; model: string; output: string },
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<Alignment> {
  await using reference = await openCheckpoint(referencePath);
  await using model = await openCheckpoint(path);
  const groups = groupsOf(reference, model);
  const fixed = await readAll(reference);
  const tensors = await readAll(model);
  const matching = match(groups, fixed, tensors, signal);
  const aligned = permute(tensors, groups, matching.permutations);
  const alignment: Alignment = {
    reference: await contentOfReader(reference),
    model: await contentOfReader(model),
    objective: [matching.objective[0] ?? 0, matching.objective.at(-1) ?? 0],
    converged: matching.converged,
    groups: groups.map(({ name, units }) => {
      const order = [...(matching.permutations.get(name) ?? [])];
      return { name, units, moved: order.filter((unit, place) => unit !== place).length };
    }),
  };
  const source = {
    types: new Map<string, StoredType>([...aligned].map(([name, { dtype, shape }]) => [name, { dtype, shape }])),
    metadata: metadataOf(reference, model, alignment),
    async bytesOf(name: string) {
      const { buffer, byteOffset, byteLength } = aligned.get(name)?.data ?? new Uint8Array();
      return new Uint8Array(buffer, byteOffset, byteLength);
    },
  };
  if (signal?.aborted === true) throw new CancelledError('The alignment');
  if (output.endsWith('.safetensors')) await writeFileAtomically(output, safetensorsStream(source));
  else await writeCheckpoint(output, source);
  return alignment;
}

function groupsOf(reference: CheckpointReader, model: CheckpointReader): readonly SymmetryGroup[] {
  const { architecture } = describeModel(reference.metadata, reference.path);
  describeModel(model.metadata, model.path);
  assertSameModel(
    { source: reference.path, metadata: reference.metadata },
    { source: model.path, metadata: model.metadata },
  );
  const [mismatch] = mismatches(reference.tensors, model.tensors);
  if (mismatch !== undefined) {
    throw new SoupError(
      `${model.path} does not fit ${reference.path}: ${mismatch.message}.`,
      'Align models of one architecture with heads of the same classes.',
    );
  }
  if (architecture.family !== 'vit') {
    throw new SoupError(
      `${reference.path} is a network from an ONNX file, whose symmetries are not known.`,
      'Align vision transformers; models of one stock need no alignment.',
    );
  }
  return vitSymmetries(architecture, reference.tensors.get('head.weight')?.shape[0] ?? null);
}

function match(
  groups: readonly SymmetryGroup[],
  reference: ReadonlyMap<string, Tensor>,
  model: ReadonlyMap<string, Tensor>,
  signal: AbortSignal | undefined,
) {
  try {
    return weightMatching(groups, reference, model, signal === undefined ? {} : { signal });
  } catch (error) {
    if (signal?.aborted === true) throw new CancelledError('The alignment');
    throw error;
  }
}

/** Its own, but for what says in whose basin it lies. A certificate is of the weights as they lay before. */
function metadataOf(reference: CheckpointReader, model: CheckpointReader, alignment: Alignment): Map<string, string> {
  const metadata = new Map(model.metadata);
  const before = Object.fromEntries([STOCK_KEY, HEAD_KEY].map((key) => [key, metadata.get(key) ?? null]));
  metadata.delete(CERTIFICATE_KEY);
  for (const key of [STOCK_KEY, HEAD_KEY]) {
    const theirs = reference.metadata.get(key);
    if (theirs === undefined) metadata.delete(key);
    else metadata.set(key, theirs);
  }
  const { reference: to, model: from } = alignment;
  return metadata.set(ALIGNED_KEY, canonicalJson({ reference: to, model: from, before }));
}

async function readAll(reader: CheckpointReader): Promise<Map<string, Tensor>> {
  const tensors = new Map<string, Tensor>();
  for (const name of reader.tensors.keys()) tensors.set(name, await reader.read(name));
  return tensors;
}

async function contentOfReader({ located: { folder, weights } }: CheckpointReader): Promise<string> {
  const files = [];
  for (const name of weights) files.push({ name, bytes: 0, sha256: await hashFile(resolve(folder, name)) });
  return contentOf(files);
}
