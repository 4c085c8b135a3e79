import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readModelWords } from './house-copy.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stockpot words '));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('what a model is told of images is read where it is there, and never left out because it cannot be read', async () => {
  const config = join(folder, 'config.json');
  const preprocessor = join(folder, 'preprocessor_config.json');
  await writeFile(config, '{"model_type":"vit"}');
  expect([...(await readModelWords(config)).documents.keys()]).toEqual(['config.json']);
  await writeFile(preprocessor, '{"image_mean":[0.5]}');
  expect((await readModelWords(config)).documents.get('preprocessor_config.json')).toBe('{"image_mean":[0.5]}');
  await rm(preprocessor);
  await mkdir(preprocessor);
  await expect(readModelWords(config)).rejects.toThrow('preprocessor_config.json: it is a folder.');
});
