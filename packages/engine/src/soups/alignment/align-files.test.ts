import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { encodeSafetensors, readSafetensors } from '../../checkpoints/safetensors.js';
import { modelMetadata } from '../../models/metadata.js';
import { keyed } from '../../random/index.js';
import { classifier } from '../../training/inference.js';
import {
  architecture,
  CLASSES,
  type ExamplePantry,
  examplePantry,
  preprocessing,
  weights,
} from '../on-data/pantry.fixture.js';
import { writeSoup } from '../streaming/index.js';
import { alignFiles } from './align-files.js';
import { permute } from './permute.js';
import { vitSymmetries } from './vit-symmetries.js';

let pantry: ExamplePantry;
beforeAll(async () => {
  pantry = await examplePantry();
});
afterAll(() => pantry[Symbol.asyncDispose]());

const images = Float32Array.from({ length: 4 * 64 }, (_, at) => Math.sin(at * at));
const logitsOf = async (path: string) => {
  const { tensors } = await readSafetensors(path);
  const network = await classifier(tensors, architecture, { batch: 4, threads: 1 });
  const logits = await network.logits(images);
  await network.dispose();
  return [...logits];
};

/** A model with its units in an order that is drawn, as a training of its own from another stock. */
async function shuffled(name: string, seed: number, spread: number): Promise<string> {
  if (architecture.family !== 'vit') throw new Error('The miniature is a vision transformer.');
  const groups = vitSymmetries(architecture, CLASSES);
  const orders = new Map(groups.map(({ name: group, units }) => [group, keyed(seed, group).permutation(units)]));
  const path = pantry.path(name);
  const metadata = modelMetadata({ architecture, preprocessing }, { stock: 'another', head: 'another' });
  await writeFile(path, encodeSafetensors(permute(weights(1, spread), groups, orders), metadata));
  return path;
}

test('A model in another order comes back as it was, and may be mixed with its reference', async () => {
  const reference = await pantry.ingredient('reference', 1, 0.15);
  const other = await shuffled('shuffled.safetensors', 3, 0.15);
  const mix = (ingredients: readonly string[], output: string) => writeSoup({ method: 'uniform', ingredients, output });
  await expect(mix([reference, other], pantry.path('no.safetensors'))).rejects.toThrow(/another stock/);
  const output = pantry.path('aligned.safetensors');
  const { objective, converged, groups } = await alignFiles({ reference, model: other, output });
  expect(converged).toBe(true);
  expect(objective[1]).toBeGreaterThan(objective[0]);
  expect(groups.map(({ name }) => name)).toEqual(['blocks.0.mlp', 'blocks.0.attn', 'residual stream']);
  expect((await readSafetensors(output)).tensors).toEqual((await readSafetensors(reference)).tensors);
  const soup = pantry.path('soup.safetensors');
  await mix([reference, output], soup);
  expect(await logitsOf(soup)).toEqual(await logitsOf(reference));
  const { metadata } = await readSafetensors(output);
  expect(JSON.parse(metadata.get('stockpot.aligned') ?? '')).toMatchObject({ before: { 'stockpot.stock': 'another' } });
});

test('What is aligned computes what it did before, in a folder as in a file', async () => {
  const reference = await pantry.ingredient('some other', 2, 0.5);
  const model = await shuffled('far.safetensors', 5, 0.5);
  const output = pantry.path('aligned folder');
  await alignFiles({ reference, model, output });
  const [before, after] = [await logitsOf(model), await logitsOf(`${output}/model.safetensors`)];
  for (const [at, value] of before.entries()) expect(after[at]).toBeCloseTo(value, 4);
});

test('Models that do not fit are refused, and nothing is written', async () => {
  const reference = await pantry.ingredient('reference 2', 1);
  const plain = pantry.path('plain.safetensors');
  await writeFile(plain, encodeSafetensors(weights(1, 0.1)));
  const output = pantry.path('never.safetensors');
  await expect(alignFiles({ reference, model: plain, output })).rejects.toThrow(
    /metadata has no stockpot.architecture/,
  );
  const stopped = alignFiles({ reference, model: reference, output }, { signal: AbortSignal.abort() });
  await expect(stopped).rejects.toThrow(/cancelled/);
  await expect(readFile(output)).rejects.toThrow();
});
