/**
 * @file The exact sums of a uniform soup in a file, so that one more ingredient costs reading the sums and that ingredient,
 * however many are in already. It is a safetensors file of f64: an element is the sum, or NaN where no f64 is.
 */
import { type CheckpointReader, openCheckpoint } from '../../checkpoints/open-checkpoint.js';
import type { StoredType } from '../../checkpoints/storage.js';
import type { CertifiedInput } from '../certificate.js';
import { SoupError } from '../errors.js';
import type { OpenIngredients } from './ingredients.js';
import type { Place, RunningPlaces } from './job.js';
import { openSources } from './open-sources.js';
import { OutputFiles } from './output-files.js';

/** Hashes of the ingredients in the sums. */
const MEMBERS_KEY = 'stockpot.sums';

export interface RunningSumsOptions {
  /** The sums of all ingredients but the last, in any order; left out, they are summed from the beginning. */
  readonly from?: string;
  /** Where the sums of all ingredients are written; left out, nowhere. */
  readonly to?: string;
}

export interface RunningSums extends AsyncDisposable {
  /** Where a tensor's sums are read and written; undefined for one whose sums are not kept. */
  of(name: string): RunningPlaces | undefined;
  finish(): Promise<void>;
}

/** Throws SoupError for sums of other ingredients. */
export async function openRunningSums(
  { from, to }: RunningSumsOptions,
  { types, members }: OpenIngredients,
  certified: readonly CertifiedInput[],
): Promise<RunningSums> {
  const contents = certified.slice(0, members.length).map(({ content }) => content);
  const summed = [...types].filter(([, { dtype }]) => dtype === 'f32');
  if (summed.length === 0) {
    throw new SoupError('None of the tensors is f32, and only of such are running sums kept.', 'Mix without them.');
  }
  const before = from === undefined ? null : await openCheckpoint(from);
  try {
    if (before !== null) assertSumsOf(before, contents.slice(0, -1));
    const sources = before === null ? null : await openSources([before]);
    const kept = new Map<string, StoredType>(summed.map(([name, { shape }]) => [name, { dtype: 'f64', shape }]));
    const metadata = new Map([[MEMBERS_KEY, listOf(contents)]]);
    const options = {
      maxShardBytes: Number.POSITIVE_INFINITY,
      // They can be summed again: nothing is lost with them.
      durable: false,
    };
    const files = to === undefined ? null : await OutputFiles.open(to, kept, metadata, options);
    return {
      of(name) {
        if (!kept.has(name)) return undefined;
        const target: Place | null = files?.places.get(name) ?? null;
        return { from: sources?.of(name)[0] ?? null, to: target };
      },
      finish: async () => files?.finish(metadata),
      async [Symbol.asyncDispose]() {
        await files?.[Symbol.asyncDispose]();
        await sources?.[Symbol.asyncDispose]();
        await before?.close();
      },
    };
  } catch (error) {
    await before?.close();
    throw error;
  }
}

function assertSumsOf(before: CheckpointReader, contents: readonly string[]): void {
  if (before.metadata.get(MEMBERS_KEY) === listOf(contents)) return;
  throw new SoupError(
    `${before.path} does not hold the sums of these ingredients without the last.`,
    'Give the sums of exactly those, or none.',
  );
}

/** Sums that are exact do not depend on the order. */
function listOf(contents: readonly string[]): string {
  return JSON.stringify([...contents].sort());
}
