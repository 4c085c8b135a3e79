import { mismatches } from '../../checkpoints/compatibility.js';
import { CheckpointError } from '../../checkpoints/errors.js';
import { type CheckpointReader, openCheckpoint } from '../../checkpoints/open-checkpoint.js';
import { isComputed, type StoredType, storage } from '../../checkpoints/storage.js';
import type { DType } from '../../graph/dtype.js';
import { assertSameModel, assertSoupable, type ModelHeader } from '../../models/compatibility.js';
import { ARCHITECTURE_KEY } from '../../models/metadata.js';
import { withMeanStatistics } from '../../models/onnx/running-statistics.js';
import { SoupError } from '../errors.js';

/** Checkpoints that go into a soup, opened together and found to fit. Hold them with `await using`. */
export interface OpenIngredients extends AsyncDisposable {
  readonly members: readonly CheckpointReader[];
  readonly base: CheckpointReader | null;
  /** Members, and then the stock. */
  readonly all: readonly CheckpointReader[];
  /** What each of `all` is called in errors and in the certificate. */
  readonly names: readonly string[];
  readonly types: ReadonlyMap<string, StoredType<DType>>;
  /** What the metadata of all members agree on. What is true of all of them is true of their soup. */
  readonly metadata: ReadonlyMap<string, string>;
}

/**
 * Opens files, indexes and folders. Throws CheckpointError for one that is not there or damaged, or does not fit the first:
 * a soup of the others would not be the soup that was asked for.
 *
 * @param given what they are called, the stock last; left out, by their paths
 */
export async function openIngredients(
  paths: readonly string[],
  basePath: string | null,
  given: readonly string[] = [],
): Promise<OpenIngredients> {
  const all: CheckpointReader[] = [];
  const close = async () => {
    for (const reader of all) await reader.close();
  };
  try {
    for (const path of paths) all.push(await openCheckpoint(path));
    const members = [...all];
    const [first] = members;
    if (first === undefined) throw new SoupError('A soup of no ingredients was asked for.', 'Name checkpoints.');
    const nameOf = (index: number) => given[index] ?? all[index]?.path ?? '';
    for (const [index, member] of members.entries()) {
      assertSoupable(headerOf(first, nameOf(0)), headerOf(member, nameOf(index)), { ownStatistics: true });
    }
    const base = basePath === null ? null : await openCheckpoint(basePath);
    if (base !== null) {
      all.push(base);
      assertStockOf(headerOf(first, nameOf(0)), headerOf(base, nameOf(members.length)));
    }
    return {
      members,
      base,
      all,
      names: all.map((_, index) => nameOf(index)),
      types: computedTypes(first, nameOf(0)),
      metadata: agreed(members),
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * Throws CheckpointError where each has running statistics of its own: a search that scores mixtures would score them with the mean of
 * these, and choose by models that there will not be.
 */
export function assertSameStatistics({ members, names }: Pick<OpenIngredients, 'members' | 'names'>): void {
  const headers = members.map((member, index) => headerOf(member, names[index] ?? member.path));
  for (const header of headers) assertSoupable(headers[0] ?? header, header);
}

/** The stock has the tensors of its descendants; ancestor, head and classes are theirs alone. */
function assertStockOf(member: ModelHeader, base: ModelHeader): void {
  assertSameModel(member, base);
  const [mismatch] = mismatches(member.types, base.types);
  if (mismatch === undefined) return;
  throw new CheckpointError(
    base.source,
    `it is no stock of ${member.source}: ${mismatch.message}.`,
    'Give the checkpoint that the ingredients were fine-tuned from, with the same head.',
    { tensor: mismatch.tensor },
  );
}

function headerOf({ tensors, metadata }: CheckpointReader, source: string): ModelHeader {
  return { source, types: tensors, metadata };
}

/** Eight-bit floats and the rarer integers only lie in files. */
function computedTypes({ tensors }: CheckpointReader, source: string): ReadonlyMap<string, StoredType<DType>> {
  const types = new Map<string, StoredType<DType>>();
  for (const [name, { dtype, shape }] of tensors) {
    if (!isComputed(dtype)) {
      throw new SoupError(
        `${source}: tensor ${JSON.stringify(name)} is stored as ${storage[dtype].code}, which is not mixed.`,
        'Import the checkpoint first, or store this tensor as F32 (numbers) or I64 (counts).',
      );
    }
    types.set(name, { dtype, shape });
  }
  return types;
}

function agreed(members: readonly CheckpointReader[]): ReadonlyMap<string, string> {
  const [first, ...others] = members;
  const shared = new Map(
    [...(first?.metadata ?? [])].filter(([key, text]) => others.every(({ metadata }) => metadata.get(key) === text)),
  );
  const networks = members.flatMap(({ metadata }) => metadata.get(ARCHITECTURE_KEY) ?? []);
  if (shared.has(ARCHITECTURE_KEY) || networks.length === 0) return shared;
  return shared.set(ARCHITECTURE_KEY, withMeanStatistics(networks));
}
