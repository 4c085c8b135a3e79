import { afterAll, beforeAll, expect, test } from 'vitest';
import { type DataFolder, dataFolder } from '../data/dataset-folder.fixture.js';
import { photographs } from '../data/photographs.fixture.js';
import { canonicalJson } from '../json.js';
import { benchmark } from './benchmark.js';
import type { InputArtifact, StepContext } from './definition.js';
import { type TrainingKitchen, trainingKitchen } from './training-kitchen.fixture.js';

let kitchen: TrainingKitchen;
const folders: DataFolder[] = [];
beforeAll(async () => {
  kitchen = await trainingKitchen();
});
afterAll(async () => {
  for (const folder of folders) await folder[Symbol.asyncDispose]();
  await kitchen?.[Symbol.asyncDispose]();
});

interface Photographs {
  readonly manifest: InputArtifact;
  readonly path: string;
}

/** A data set of photographs, one folder a class, which is called as `named` says. */
async function dataset(part: string, classes: number, named = (name: string) => name): Promise<Photographs> {
  const files = await photographs(part, { classes, each: 2, sides: [16, 16] });
  const folder = await dataFolder(Object.fromEntries(Object.entries(files).map(([at, bytes]) => [named(at), bytes])));
  folders.push(folder);
  const role = part === 'test' ? 'test' : 'train';
  const registered = await folder.register('image-folder', [{ name: part, role, from: part, count: null }], {
    source: { path: folder.path },
  });
  return { manifest: await kitchen.put(Buffer.from(canonicalJson(registered))), path: folder.path };
}

const fix = (scored: Photographs, second: Photographs, measure: object) => {
  const context: StepContext = {
    ...kitchen.context({ dataset: [scored.manifest], other: [second.manifest] }),
    resolveSource: ({ path }) => String(path),
  };
  const other = { split: 'train', subset: null };
  return benchmark.execute(
    { split: 'test', subset: null, corruptions: null, severities: null, measure, other },
    context,
  );
};
const knn = { kind: 'knn', k: 1, temperature: 0.07 };

test('labels are learned from a data set of the same classes only; strangers may have others', async () => {
  const scored = await dataset('test', 2);
  const same = await dataset('train', 2);
  const turned = await dataset('train', 2, (at) => at.replace('class-0', 'class-9'));
  const more = await dataset('train', 3);
  expect((await fix(scored, same, knn)).summary).toMatchObject({ n: 4, headline: 'knn:1' });
  // Sorted, class-9 is the second of its data set: every label would be that of the other class.
  await expect(fix(scored, turned, knn)).rejects.toThrow(
    "The examples of the split 'test' have the class 0 'class-0', those of the reference 'class-1'.",
  );
  await expect(fix(scored, more, knn)).rejects.toThrow(/have 2 classes, those of the reference 3\./);
  for (const other of [turned, more]) {
    expect((await fix(scored, other, { kind: 'out-of-distribution' })).summary).toMatchObject({ n: 4 });
  }
});

test('texts are not told apart from images: no model sees both', async () => {
  const reviews = await dataFolder({ 'test.csv': 'text,label\nfine,good\ndull,bad\n' });
  folders.push(reviews);
  const registered = await reviews.register('csv', [{ name: 'test', role: 'test', from: 'test', count: null }], {
    source: { path: reviews.path },
  });
  const texts = { manifest: await kitchen.put(Buffer.from(canonicalJson(registered))), path: reviews.path };
  const strangers = { kind: 'out-of-distribution' };
  await expect(fix(texts, await dataset('train', 2), strangers)).rejects.toThrow(
    "The split 'train' holds images, the split 'test' texts.",
  );
});
