import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { keepNewest } from '../../artifacts/keep-newest.js';
import { makeFolder } from '../../artifacts/make-folder.js';
import { openCheckpoint } from '../../checkpoints/open-checkpoint.js';
import { safetensorsStream } from '../../checkpoints/stream.js';
import { writeFileAtomically } from '../../checkpoints/write-checkpoint.js';
import type { Tensor } from '../../graph/tensor.js';
import { hashJson } from '../../json.js';
import { IMAGE_DECODER_NAME } from '../../recipe/dataset-format.js';
import { NUMERICS_VERSION } from '../../recipe/step-key.js';
import { SoupError } from '../errors.js';
import type { MeasuredKind } from '../mixing.js';
import { MEASURED_KEY } from '../streaming/measured-files.js';
import type { Chosen, DataPantry } from './cook-on-data.js';
import type { DataParameters } from './data-methods.js';
import { fisherMeasuring, gramMeasuring, type Measuring } from './example-methods.js';
import { withExamples } from './learn-files.js';

/** Mixes by the Fisher information of each ingredient on the examples. */
export async function mixByFisher(
  { labels, ...parameters }: DataParameters<'fisher'>,
  pantry: DataPantry,
): Promise<Chosen> {
  const measured = await measureEach(pantry, fisherMeasuring({ labels }));
  return { mixture: { method: 'fisher', parameters, members: pantry.paths.map((_, index) => index) }, measured };
}

/** Mixes by the Gram matrices of the inputs of each ingredient's linear layers. */
export async function mixByRegression(
  { batch, ...parameters }: DataParameters<'regmean'>,
  pantry: DataPantry,
): Promise<Chosen> {
  const measured = await measureEach(pantry, gramMeasuring({ batch }));
  return { mixture: { method: 'regmean', parameters, members: pantry.paths.map((_, index) => index) }, measured };
}

/** What is kept of earlier soups: what was measured of a model is about as large as the model, in f64. */
const KEPT_BYTES = 4 * 2 ** 30;

/** Measures those ingredients that were not measured on these examples before. Returns the file of each. */
async function measureEach(pantry: DataPantry, { kind, told, open }: Measuring): Promise<readonly string[]> {
  const { kitchen, paths, contents, examples } = pantry;
  const folder = join(kitchen.folder, 'measured');
  await makeFolder(folder);
  const common = {
    kind,
    told,
    // The protocol names the examples and their order; the decoder makes of encoded ones what the model sees.
    examples: examples.benchmark.hash,
    decoder: IMAGE_DECODER_NAME,
    seed: pantry.seed,
    device: kitchen.options.device,
    numerics: NUMERICS_VERSION,
  };
  const files = contents.map((content) => join(folder, `${kind}-${hashJson({ ...common, content })}.safetensors`));
  const missing: number[] = [];
  for (const [index, file] of files.entries()) if (!(await isThere(file))) missing.push(index);
  const pattern = /^[a-z]+-[0-9a-f]{64}\.safetensors$/;
  await keepNewest(folder, { pattern, used: files.filter((_, index) => !missing.includes(index)), bytes: KEPT_BYTES });
  if (missing.length === 0) return files;
  await withExamples(pantry, 'Ingredients are measured on', async (lesson) => {
    const measure = await open({ ...kitchen.options, lesson, seed: pantry.seed });
    for (const [done, index] of missing.entries()) {
      const content = contents[index] ?? '';
      const found = await measure(await tensorsOf(paths[index] ?? ''), content);
      await writeMeasured(files[index] ?? '', kind, content, found);
      kitchen.options.onProgress?.('ingredients measured', done + 1, missing.length);
    }
  });
  return files;
}

/** All tensors of a checkpoint, as they are computed with. */
export async function tensorsOf(path: string): Promise<Map<string, Tensor>> {
  await using reader = await openCheckpoint(path);
  const tensors = new Map<string, Tensor>();
  for (const name of reader.tensors.keys()) tensors.set(name, await reader.read(name));
  return tensors;
}

/** Writes what was measured of the model with this content, as soups are mixed by it. Throws SoupError for what is not finite, by tensor. */
export async function writeMeasured(
  file: string,
  kind: MeasuredKind,
  content: string,
  found: ReadonlyMap<string, Float64Array>,
): Promise<void> {
  let [sum, count] = [0, 0];
  for (const [name, values] of found) {
    const wrong = values.findIndex((value) => !Number.isFinite(value));
    if (wrong >= 0) {
      throw new SoupError(
        `What was measured of "${name}" is ${values[wrong]} at ${wrong}.`,
        'Look at the ingredient and at the examples: a loss or an activation was not finite.',
      );
    }
    for (let i = 0; i < values.length; i++) sum += values[i] as number;
    count += values.length;
  }
  const words = { kind, content, mean: count === 0 ? 0 : sum / count };
  await writeFileAtomically(
    file,
    safetensorsStream({
      types: new Map([...found].map(([name, { length }]) => [name, { dtype: 'f64' as const, shape: [length] }])),
      metadata: { [MEASURED_KEY]: JSON.stringify(words) },
      async bytesOf(name) {
        const values = found.get(name) ?? new Float64Array();
        return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
      },
    }),
  );
}

async function isThere(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}
