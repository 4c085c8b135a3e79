import { mismatches } from '../../checkpoints/compatibility.js';
import type { CheckpointReader } from '../../checkpoints/open-checkpoint.js';
import type { StoredType } from '../../checkpoints/storage.js';
import type { TensorSource } from '../../checkpoints/stream.js';
import { CancelledError } from '../../errors.js';
import type { Tensor } from '../../graph/tensor.js';
import { canonicalJson } from '../../json.js';
import { assertSameModel } from '../../models/compatibility.js';
import { describeModel, HEAD_KEY, type ModelDescription, STOCK_KEY } from '../../models/metadata.js';
import { CERTIFICATE_KEY } from '../certificate.js';
import { SoupError } from '../errors.js';
import { permute } from './permute.js';
import type { Permutations, SymmetryGroup } from './symmetries.js';
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

/** An open checkpoint, and the hash that stands for its content. */
export interface AlignedInput {
  /** What to call it in sentences. */
  readonly name: string;
  readonly reader: CheckpointReader;
  readonly content: string;
}

export interface AlignedModel {
  readonly alignment: Alignment;
  readonly permutations: Permutations;
  readonly description: ModelDescription;
  /** The weights as they were, and in their new order. */
  readonly before: ReadonlyMap<string, Tensor>;
  readonly after: ReadonlyMap<string, Tensor>;
  /** The aligned checkpoint, ready to be written. */
  readonly source: TensorSource;
}

/**
 * Puts a vision transformer's units in the order in which they come closest to those of a reference (Git Re-Basin): the same
 * function in other weights, which may then be mixed with the reference. It takes the reference's place in the metadata, too:
 * its stock and head, in whose basin it now is meant to lie; where it came from is said under `stockpot.aligned`.
 *
 * @throws CheckpointError for models that do not describe themselves or differ; SoupError for one that is no vision transformer
 */
export async function alignModels(
  reference: AlignedInput,
  model: AlignedInput,
  signal?: AbortSignal,
): Promise<AlignedModel> {
  const groups = symmetriesOf(reference, model);
  const fixed = await readAll(reference.reader);
  const before = await readAll(model.reader);
  const matching = match(groups, fixed, before, signal);
  const after = permute(before, groups, matching.permutations);
  const alignment: Alignment = {
    reference: reference.content,
    model: model.content,
    objective: [matching.objective[0] ?? 0, matching.objective.at(-1) ?? 0],
    converged: matching.converged,
    groups: groups.map(({ name, units }) => {
      const order = [...(matching.permutations.get(name) ?? [])];
      return { name, units, moved: order.filter((unit, place) => unit !== place).length };
    }),
  };
  return {
    ...{ alignment, before, after, permutations: matching.permutations },
    description: describeModel(model.reader.metadata, model.name),
    source: sourceOf(after, metadataOf(reference.reader, model.reader, alignment)),
  };
}

/** The groups of units that may be put in any order. Throws CheckpointError and SoupError for two models that do not fit. */
export function symmetriesOf(
  { reader: reference, name: to }: Pick<AlignedInput, 'reader' | 'name'>,
  { reader: model, name }: Pick<AlignedInput, 'reader' | 'name'>,
): readonly SymmetryGroup[] {
  const { architecture } = describeModel(reference.metadata, to);
  describeModel(model.metadata, name);
  if (architecture.family !== 'vit') {
    throw new SoupError(
      `${to} is a network from an ONNX file, whose symmetries are not known.`,
      'Align vision transformers; models of one stock need no alignment.',
    );
  }
  assertSameModel({ source: to, metadata: reference.metadata }, { source: name, metadata: model.metadata });
  const [mismatch] = mismatches(reference.tensors, model.tensors);
  if (mismatch !== undefined) {
    throw new SoupError(
      `${name} does not fit ${to}: ${mismatch.message}.`,
      'Align models of one architecture with heads of the same classes.',
    );
  }
  return vitSymmetries(architecture, reference.tensors.get('head.weight')?.shape[0] ?? null);
}

function sourceOf(tensors: ReadonlyMap<string, Tensor>, metadata: ReadonlyMap<string, string>): TensorSource {
  return {
    types: new Map<string, StoredType>([...tensors].map(([name, { dtype, shape }]) => [name, { dtype, shape }])),
    metadata,
    async bytesOf(name: string) {
      const { buffer, byteOffset, byteLength } = tensors.get(name)?.data ?? new Uint8Array();
      return new Uint8Array(buffer, byteOffset, byteLength);
    },
  };
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

export async function readAll(reader: CheckpointReader): Promise<Map<string, Tensor>> {
  const tensors = new Map<string, Tensor>();
  for (const name of reader.tensors.keys()) tensors.set(name, await reader.read(name));
  return tensors;
}
