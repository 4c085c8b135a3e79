import { mismatches } from '../../checkpoints/compatibility.js';
import { CheckpointError } from '../../checkpoints/errors.js';
import { type CheckpointReader, openCheckpoint } from '../../checkpoints/open-checkpoint.js';
import { isComputed, type StoredType, storage } from '../../checkpoints/storage.js';
import type { DType } from '../../graph/dtype.js';
import { assertSameModel, assertSoupable } from '../../models/compatibility.js';
import { SoupError } from '../errors.js';

/** Checkpoints that go into a soup, opened together and found to fit. Hold them with `await using`. */
export interface OpenIngredients extends AsyncDisposable {
  readonly members: readonly CheckpointReader[];
  readonly base: CheckpointReader | null;
  /** Members, and then the stock. */
  readonly all: readonly CheckpointReader[];
  readonly types: ReadonlyMap<string, StoredType<DType>>;
  /** What the metadata of all members agree on. What is true of all of them is true of their soup. */
  readonly metadata: ReadonlyMap<string, string>;
}

/**
 * Opens files, indexes and folders. Throws CheckpointError for one that is not there or damaged, or does not fit the first:
 * a soup of the others would not be the soup that was asked for.
 */
export async function openIngredients(paths: readonly string[], basePath: string | null): Promise<OpenIngredients> {
  const all: CheckpointReader[] = [];
  const close = async () => {
    for (const reader of all) await reader.close();
  };
  try {
    for (const path of paths) all.push(await openCheckpoint(path));
    const members = [...all];
    const [first] = members;
    if (first === undefined) throw new SoupError('A soup of no ingredients was asked for.', 'Name checkpoints.');
    for (const member of members) assertSoupable(headerOf(first), headerOf(member));
    const base = basePath === null ? null : await openCheckpoint(basePath);
    if (base !== null) {
      all.push(base);
      assertStockOf(first, base);
    }
    return {
      members,
      base,
      all,
      types: computedTypes(first),
      metadata: agreed(members),
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The stock has the tensors of its descendants; ancestor, head and classes are theirs alone. */
function assertStockOf(member: CheckpointReader, base: CheckpointReader): void {
  assertSameModel(headerOf(member), headerOf(base));
  const [mismatch] = mismatches(member.tensors, base.tensors);
  if (mismatch === undefined) return;
  throw new CheckpointError(
    base.path,
    `it is no stock of ${member.path}: ${mismatch.message}.`,
    'Give the checkpoint that the ingredients were fine-tuned from, with the same head.',
    { tensor: mismatch.tensor },
  );
}

function headerOf({ path, tensors, metadata }: CheckpointReader) {
  return { source: path, types: tensors, metadata };
}

/** Eight-bit floats and the rarer integers only lie in files. */
function computedTypes({ path, tensors }: CheckpointReader): ReadonlyMap<string, StoredType<DType>> {
  const types = new Map<string, StoredType<DType>>();
  for (const [name, { dtype, shape }] of tensors) {
    if (!isComputed(dtype)) {
      throw new SoupError(
        `${path}: tensor ${JSON.stringify(name)} is stored as ${storage[dtype].code}, which is not mixed.`,
        'Import the checkpoint first, or store this tensor as F32 (numbers) or I64 (counts).',
      );
    }
    types.set(name, { dtype, shape });
  }
  return types;
}

function agreed([first, ...others]: readonly CheckpointReader[]): ReadonlyMap<string, string> {
  return new Map(
    [...(first?.metadata ?? [])].filter(([key, text]) => others.every(({ metadata }) => metadata.get(key) === text)),
  );
}
