import { z } from 'zod';
import type { CheckpointReader } from '../../checkpoints/open-checkpoint.js';
import { openCheckpoint } from '../../checkpoints/open-checkpoint.js';
import type { CertifiedInput } from '../certificate.js';
import { SoupError } from '../errors.js';
import type { MeasuredKind } from '../mixing.js';
import type { MeasuredPlace } from './job.js';
import { openSources } from './open-sources.js';

/** What a file of measurements says of itself. */
export const MEASURED_KEY = 'stockpot.measured';
const measuredWords = z.strictObject({
  kind: z.enum(['fisher', 'gram']),
  /** `content` of the model that was measured. */
  content: z.string(),
  /** Of all numbers in the file. */
  mean: z.number(),
});

/** Files of measurements, one an ingredient, opened together. Hold them with `await using`. */
export interface MeasuredFiles extends AsyncDisposable {
  readonly all: readonly CheckpointReader[];
  readonly names: readonly string[];
  readonly means: readonly number[];
  /** Of a tensor of each ingredient; null where it was not measured. */
  of(name: string): readonly (MeasuredPlace | null)[];
}

/** Throws SoupError for files that hold something else, or belong to other models. */
export async function openMeasured(
  paths: readonly string[],
  kind: MeasuredKind,
  ingredients: readonly CertifiedInput[],
): Promise<MeasuredFiles> {
  if (paths.length !== ingredients.length) {
    throw new SoupError(
      `${paths.length} files of measurements were given for ${ingredients.length} ingredients.`,
      'Give one for each ingredient, in their order.',
    );
  }
  const all: CheckpointReader[] = [];
  const close = async () => {
    for (const reader of all) await reader.close();
  };
  try {
    const means: number[] = [];
    for (const [index, path] of paths.entries()) {
      const reader = await openCheckpoint(path);
      all.push(reader);
      const words = readWords(reader);
      const ingredient = ingredients[index];
      if (words === null || words.kind !== kind || words.content !== ingredient?.content) {
        throw new SoupError(
          `${path} does not hold the ${kind === 'fisher' ? 'Fisher information' : 'Gram matrices'} of ${ingredient?.name}.`,
          'Measure the ingredients that are mixed, each by itself.',
        );
      }
      means.push(words.mean);
    }
    const sources = await Promise.all(all.map((reader) => openSources([reader])));
    return {
      all,
      names: paths,
      means,
      of: (name) =>
        all.map((reader, index) => {
          const tensor = reader.tensors.get(name);
          const [place] = tensor === undefined ? [] : (sources[index]?.of(name) ?? []);
          return place === undefined || tensor?.dtype !== 'f64' ? null : { ...place, numbers: tensor.bytes / 8 };
        }),
      async [Symbol.asyncDispose]() {
        for (const source of sources) await source[Symbol.asyncDispose]();
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function readWords({ metadata }: CheckpointReader): z.infer<typeof measuredWords> | null {
  try {
    return measuredWords.safeParse(JSON.parse(metadata.get(MEASURED_KEY) ?? '')).data ?? null;
  } catch {
    return null;
  }
}
