import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { decodeSafetensors, encodeSafetensors } from '../../checkpoints/safetensors.js';
import { sha256Hex } from '../../json.js';
import { exportCheckpoint } from '../export-checkpoint.js';
import { givenBack, logitsOfTrained, roundTrip, roundTripOptions } from './round-trip.fixture.js';

const verified = z.object({
  options: roundTripOptions,
  /** What the library computed from the files whose hashes follow. */
  logits: z.array(z.number()),
  files: z.record(z.string(), z.string()),
});

const folderOf = (name: string) => fileURLToPath(new URL(`./fixtures/round-trip/${name}`, import.meta.url));
const largest = (left: ArrayLike<number>, right: readonly number[]) =>
  Math.max(...right.map((value, index) => Math.abs(value - (left[index] ?? Number.NaN))));

const cases = [
  'timm',
  'transformers-vit',
  'transformers-dinov2',
  'transformers-clip',
  'timm-to-transformers',
  'transformers-to-timm',
  'dinov2-to-transformers',
  'mae-to-transformers',
];

/** test/oracles/engine/round_trip.py let the libraries read these. */
describe.each(cases)('a miniature of %s', (name) => {
  const folder = folderOf(name);
  const { options, logits, files } = verified.parse(JSON.parse(readFileSync(join(folder, 'verified.json'), 'utf8')));
  const trained = readFileSync(join(folder, 'trained.safetensors'));

  test('fine-tuned, comes out in the very bytes from which its library computed the same logits', async () => {
    const hashes = Object.entries(givenBack(trained, options.format)).map(([file, content]) => [
      file,
      sha256Hex(content),
    ]);
    expect(Object.fromEntries(hashes)).toEqual(files);
    expect(largest(await logitsOfTrained(trained), logits)).toBeLessThan(1e-4);
  });

  test('goes in and is fine-tuned to the same model again', async () => {
    const again = await roundTrip(join(folder, 'in'), options);
    expect(largest(again.logits, logits)).toBeLessThan(1e-3);
    expect(Object.keys(again.files).sort()).toEqual(Object.keys(files).sort());
  });
});

test('a fine-tuned model that came out goes in again as the same model', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'stockpot-round-trip-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const trained = readFileSync(join(folderOf('transformers-vit'), 'trained.safetensors'));
  for (const [file, content] of Object.entries(givenBack(trained))) await writeFile(join(folder, file), content);
  const { trained: further } = await roundTrip(folder);
  const before = decodeSafetensors(trained);
  const after = decodeSafetensors(further);
  expect([...after.tensors.keys()].sort()).toEqual([...before.tensors.keys()].sort());
  expect(after.metadata.get('stockpot.architecture')).toBe(before.metadata.get('stockpot.architecture'));
});

test('a model of half precision comes out in full precision, or as it was stored when that is asked', () => {
  const trained = readFileSync(join(folderOf('transformers-clip'), 'trained.safetensors'));
  const name = 'vision_model.encoder.layers.0.mlp.fc1.weight';
  const wide = exportCheckpoint(decodeSafetensors(trained), 'trained');
  expect(wide.tensors.get(name)?.dtype).toBe('f32');
  expect(wide.files['config.json']).toContain('"dtype": "float32"');
  const narrow = exportCheckpoint(decodeSafetensors(trained), 'trained', { dtype: 'stored' });
  expect(narrow.tensors.get(name)?.dtype).toBe('f16');
  expect(narrow.tensors.get('text_model.final_layer_norm.weight')?.dtype).toBe('f16');
  expect(encodeSafetensors(narrow.tensors).length).toBeLessThan(encodeSafetensors(wide.tensors).length);
});
