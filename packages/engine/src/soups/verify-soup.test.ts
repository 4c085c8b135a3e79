import { readFile, rename, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { encodeSafetensors, readSafetensors } from '../checkpoints/safetensors.js';
import { sha256Hex } from '../json.js';
import type { SoupCertificate } from './certificate.js';
import { randomModel } from './pantry.fixture.js';
import { writeSoup } from './streaming/index.js';
import { openSoupFolder, type SoupFolder } from './streaming/soup-folder.fixture.js';
import { verifySoup } from './verify-soup.js';

let place: SoupFolder;
let models: string[];
beforeAll(async () => {
  place = await openSoupFolder();
  models = [await place.model(randomModel(1)), await place.model(randomModel(2))];
});
afterAll(() => place[Symbol.asyncDispose]());

/** A soup as recipes keep it: its certificate, with the hash of its file, lies apart. */
async function soupApart(): Promise<{ readonly path: string; readonly certificate: SoupCertificate }> {
  const path = place.output();
  const order = { method: 'weighted', parameters: { weights: [3, 1] }, ingredients: models, output: path };
  const certificate = await writeSoup(order, { certificate: 'apart' });
  return { path, certificate: { ...certificate, content: sha256Hex(await readFile(path)) } };
}

async function written(certificate: SoupCertificate): Promise<string> {
  const path = `${place.path('certificate')}.json`;
  await writeFile(path, JSON.stringify(certificate));
  return path;
}

test('A soup is proven by its certificate wherever the files lie now', async () => {
  const { path, certificate } = await soupApart();
  const moved: string[] = [];
  for (const [index, model] of models.entries()) {
    const target = `${place.path(`moved-${index}`)}.safetensors`;
    await rename(model, target);
    moved.unshift(target);
  }
  models = moved.toReversed();
  const soup = place.output();
  await rename(path, soup);
  expect(await verifySoup(soup, moved, await written(certificate))).toMatchObject({
    discrepancies: [],
    cookedAgain: true,
  });
});

test('Coefficients that do not follow from the method are found when the ingredients are there', async () => {
  const { path, certificate } = await soupApart();
  const forged = await written({ ...certificate, coefficients: [0.5, 0.5] });
  const { discrepancies } = await verifySoup(path, models, forged);
  expect(discrepancies).toEqual([
    {
      tensor: null,
      message:
        'Its certificate says that its inputs count 0.5, 0.5, where by its method and parameters they count 0.75, 0.25.',
    },
  ]);
});

test('A file with the same tensors that says something else of itself is not the one that was cooked', async () => {
  const { path, certificate } = await soupApart();
  const { tensors, metadata } = await readSafetensors(path);
  const other = place.output();
  await writeFile(
    other,
    encodeSafetensors(tensors, { ...Object.fromEntries(metadata), 'stockpot.classes': '["b","a"]' }),
  );
  const apart = await written(certificate);
  expect((await verifySoup(path, [], apart)).discrepancies).toEqual([]);
  expect((await verifySoup(other, [], apart)).discrepancies).toMatchObject([
    { tensor: null, message: expect.stringContaining('not the one that was cooked') },
  ]);
});
