import { readFile, rename, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
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
  expect(discrepancies).toContainEqual({
    tensor: null,
    message:
      'Its certificate says that its inputs count 0.5, 0.5, where by its method and parameters they count 0.75, 0.25.',
  });
  // Nor do they fit what it says of the models that were never soups.
  expect(discrepancies).toHaveLength(3);
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

test('What models count inside of soups of soups is computed again from the certificates of these, and a forged one is found', async () => {
  const [a = '', b = ''] = models;
  const c = await place.model(randomModel(3));
  const soupOf = async (ingredients: readonly string[], weights: readonly number[]) => {
    const path = place.output();
    await writeSoup({ method: 'weighted', parameters: { weights }, ingredients, output: path });
    return path;
  };
  // 1/4 a + 3/4 b; half of it with c; and 4/5 of that with a: 3/10 a + 3/10 b + 2/5 c.
  const inner = await soupOf([a, b], [1, 3]);
  const middle = await soupOf([inner, c], [1, 1]);
  const outer = place.output();
  const certificate = await writeSoup({
    method: 'weighted',
    parameters: { weights: [4, 1] },
    ingredients: [middle, a],
    output: outer,
  });
  const counts = new Map(certificate.effective?.map(({ content, coefficient }) => [content, coefficient]));
  const expected = [0.3, 0.3, 0.4];
  for (const [index, path] of [a, b, c].entries()) {
    expect(counts.get(sha256Hex(await readFile(path)))).toBeCloseTo(expected[index] ?? 0, 12);
  }
  // All but the soup inside of the soup, which need not be there.
  expect(await verifySoup(outer, [middle, a])).toMatchObject({ discrepancies: [], unchecked: [basename(inner)] });
  expect(await verifySoup(outer, [middle, a, inner])).toMatchObject({ discrepancies: [], unchecked: [] });
  // Alone, nothing is known of the soup inside; that is said, and no fault.
  expect(await verifySoup(outer)).toMatchObject({
    discrepancies: [],
    unchecked: [expect.stringMatching(/safetensors$/)],
  });

  // Somebody takes the credit of b for a, and whatever else hangs on it stays as it was.
  const forged = certificate.effective?.map((part, index) => ({ ...part, coefficient: [0.5, 0.1, 0.4][index] ?? 0 }));
  const apart = await written({ ...certificate, effective: forged ?? null });
  const { discrepancies } = await verifySoup(outer, [middle, a], apart);
  expect(discrepancies).toHaveLength(2);
  for (const { tensor, message } of discrepancies) {
    expect(tensor).toBeNull();
    expect(message).toMatch(
      /says that .* counts 0\.[15] once soups .* apart, where by their certificates it counts 0\.3/,
    );
  }
  // Of a soup that is not of soups, a file alone tells.
  const flat = await soupApart();
  const all = flat.certificate.effective?.map((part) => ({ ...part, coefficient: 0.5 })) ?? null;
  const found = await verifySoup(flat.path, [], await written({ ...flat.certificate, effective: all }));
  expect(found.discrepancies).toHaveLength(2);
  const none = await verifySoup(flat.path, [], await written({ ...flat.certificate, effective: null }));
  expect(none.discrepancies).toMatchObject([{ message: expect.stringContaining('though its mixing is linear') }]);
});

test('A soup of soups whose certificates lie apart is taken apart by these, and one that was forged inside is found', async () => {
  const inner = await soupApart();
  const c = await place.model(randomModel(4));
  const outer = place.output();
  const certificate = await writeSoup(
    { method: 'uniform', ingredients: [inner.path, c], output: outer },
    { certificate: 'apart', certificates: [inner.certificate] },
  );
  const apart = await written({ ...certificate, content: sha256Hex(await readFile(outer)) });
  const inputs = [inner.path, c];
  expect(await verifySoup(outer, inputs, apart)).toMatchObject({ discrepancies: [], unchecked: [expect.any(String)] });
  const nested = [await written(inner.certificate)];
  expect(await verifySoup(outer, inputs, apart, nested)).toMatchObject({ discrepancies: [], unchecked: [] });
  const lying = inner.certificate.effective?.map((part) => ({ ...part, coefficient: 0.5 })) ?? null;
  const told = await verifySoup(outer, inputs, apart, [await written({ ...inner.certificate, effective: lying })]);
  expect(told.discrepancies.map(({ message }) => /^(Its certificate|The certificate of)/.exec(message)?.[0])).toEqual([
    'Its certificate',
    'Its certificate',
    'The certificate of',
    'The certificate of',
  ]);
});
