import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeSafetensors } from '@stockpot/engine/checkpoints';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { folder, removeFolders, stockpot } from './cli.fixture.js';
import { COMMIT, openHub } from './hub/hub-server.fixture.js';

afterAll(removeFolders);

/** A ViTForImageClassification that transformers saved, with its configuration: what the engine's own tests read. */
const fixture = new URL('../../../packages/engine/src/models/formats/fixtures/huggingface.json', import.meta.url);
const packed = z.object({ shape: z.array(z.int()), f32: z.base64() });
const { cases } = z
  .object({
    cases: z.array(
      z.object({ name: z.string(), files: z.record(z.string(), z.string()), tensors: z.record(z.string(), packed) }),
    ),
  })
  .parse(JSON.parse(readFileSync(fixture, 'utf8')));
const vit = cases.find(({ files, tensors }) => 'preprocessor_config.json' in files && 'classifier.weight' in tensors);
if (vit === undefined) throw new Error('The fixture has no classifier of transformers.');

function weights(scale = 1): Uint8Array {
  const tensors = Object.entries(vit?.tensors ?? {}).map(([name, { shape, f32 }]) => {
    const data = new Float32Array(Uint8Array.from(Buffer.from(f32, 'base64')).buffer).map((value) => value * scale);
    return [name, { dtype: 'f32' as const, shape, data }] as const;
  });
  return encodeSafetensors(new Map(tensors), { format: 'pt' });
}

const place = folder();
const original = join(place, 'original');
const imported = join(place, 'imported');
const exported = join(place, 'exported');

beforeAll(async () => {
  mkdirSync(original);
  writeFileSync(join(original, 'model.safetensors'), weights());
  for (const [name, text] of Object.entries(vit.files)) writeFileSync(join(original, name), text);
  const { code, stdout, stderr } = await stockpot('import', original, '-o', imported);
  expect(stderr).toBe('');
  expect(stdout).toMatch(/^Imported .*original \(huggingface-vit\): [\d,]+ numbers\.\n/);
  expect(stdout).toMatch(
    /As the stock of a recipe:\n {2}stock:\n {4}checkpoint: \{ path: .*imported \}\n {4}sha256: '[0-9a-f]{64}'/,
  );
  expect(code).toBe(0);
});

describe('a checkpoint of another library', () => {
  test('goes out as it came in', async () => {
    const { code } = await stockpot('export', imported, '-o', exported);
    expect(code).toBe(0);
    for (const [name, text] of Object.entries(vit.files)) {
      expect(JSON.parse(readFileSync(join(exported, name), 'utf8'))).toEqual(JSON.parse(text));
    }
    expect(readFileSync(join(exported, 'model.safetensors'))).toEqual(Buffer.from(weights()));
  });

  test('is recognised where it lies, and says what it is when it was imported', async () => {
    const there = await stockpot('inspect', original);
    expect(there.stdout).toMatch(/model: Hugging Face's ViT; stockpot import reads it/);
    expect(there.stdout).toMatch(/memory: .* as F32 weights, .* with their gradients and AdamW's moments/);
    const { stdout } = await stockpot('inspect', imported, '--json');
    const facts = JSON.parse(stdout);
    expect(facts.model).toMatchObject({ format: 'stockpot', architecture: { family: 'vit' } });
    expect(facts.model.preprocessing.mean).toHaveLength(3);
    expect(facts.content).toMatch(/^[0-9a-f]{64}$/);
  });

  test('fits itself and no other stock', async () => {
    const other = join(place, 'other');
    mkdirSync(other);
    writeFileSync(join(other, 'model.safetensors'), weights(2));
    const config = { ...JSON.parse(vit.files['config.json'] ?? ''), layer_norm_eps: 0.001 };
    for (const [name, text] of Object.entries(vit.files)) writeFileSync(join(other, name), text);
    writeFileSync(join(other, 'config.json'), JSON.stringify(config));
    expect((await stockpot('import', other, '-o', join(place, 'other in'))).code).toBe(0);
    const same = await stockpot('compare', imported, imported);
    expect(same).toMatchObject({ code: 0, stdout: expect.stringMatching(/fit together: .*They may be averaged/) });
    const { code, stdout } = await stockpot('compare', imported, join(place, 'other in'));
    expect(stdout).toMatch(
      /architecture: its architecture differs: layerNormEpsilon is 0\.001 instead of \S+\.\n {4}Use models of one/,
    );
    expect(code).toBe(1);
  });

  test('is not written over', async () => {
    const { code, stderr } = await stockpot('import', original, '-o', imported);
    expect(stderr).toMatch(/holds a model already\.\nNext: Choose another folder/);
    expect(code).toBe(1);
  });

  test('that is pickled is refused by its first bytes, whatever it is called', async () => {
    const file = join(folder(), 'model.safetensors');
    writeFileSync(file, Buffer.from([0x80, 2, 0x7d, 0x71, 0, 0x2e, 0, 0, 0, 0, 0, 0]));
    for (const args of [
      ['inspect', file],
      ['import', file, '-o', join(place, 'never')],
    ] as const) {
      const { code, stderr } = await stockpot(...args);
      expect(stderr).toMatch(/expected a safetensors file, found a Python pickle\.\nNext: Convert it where you trust/);
      expect(code).toBe(1);
    }
    expect(readdirSync(place)).not.toContain('never');
  });
});

test('a network exported to ONNX becomes a stock when it is said how its images are prepared', async () => {
  const exports = new URL('../../../packages/engine/src/graph/onnx/fixtures/pytorch-exports.json', import.meta.url);
  const { cases: networks } = z
    .object({ cases: z.record(z.string(), z.object({ files: z.record(z.string(), z.base64()) })) })
    .parse(JSON.parse(readFileSync(exports, 'utf8')));
  const file = join(place, 'net.onnx');
  writeFileSync(file, Buffer.from(networks['residual CNN']?.files.TorchScript ?? '', 'base64'));
  const untold = await stockpot('import', file, '-o', join(place, 'net'));
  expect(untold.stderr).toMatch(/does not say how images are prepared for it\.\nNext: Say it: --mean/);
  const told = ['--mean', '0.5,0.5,0.5', '--std', '0.25,0.25,0.25'];
  const { code, stdout } = await stockpot('import', file, '-o', join(place, 'net'), ...told);
  expect(stdout).toMatch(/net\.onnx \(onnx\): [\d,]+ numbers/);
  expect(code).toBe(0);
  const { model } = JSON.parse((await stockpot('inspect', join(place, 'net'), '--json')).stdout);
  expect(model.architecture).toMatchObject({ family: 'onnx', channels: 3, graph: expect.stringMatching(/^sha256:/) });
});

describe('a model on a hub', () => {
  test('is imported with its revision pinned, and nothing is left of the download', async () => {
    const file = (text = '') => ({ data: Buffer.from(text) });
    await using hub = await openHub({
      'model.safetensors': { data: weights(), large: true },
      'config.json': file(vit.files['config.json']),
      'preprocessor_config.json': file(vit.files['preprocessor_config.json']),
    });
    const output = join(place, 'from hub');
    const { code, stdout, stderr } = await stockpot(
      'import',
      'hf:owner/name',
      '-o',
      output,
      '--endpoint',
      hub.endpoint,
      '--json',
    );
    expect(stderr).toBe('');
    expect(code).toBe(0);
    const made = JSON.parse(stdout);
    expect(made).toMatchObject({ source: `hf:owner/name@${COMMIT}`, format: 'huggingface-vit' });
    expect(readdirSync(place)).not.toContain('from hub.download');
    const { metadata } = JSON.parse((await stockpot('inspect', output, '--json')).stdout);
    expect(metadata['stockpot.source']).toBe(`hf:owner/name@${COMMIT}`);
  });

  test('without a network ends with a sentence', async () => {
    const { code, stderr } = await stockpot(
      'import',
      'hf:owner/name',
      '-o',
      join(place, 'none'),
      '--endpoint',
      'http://127.0.0.1:9',
    );
    expect(stderr).toMatch(
      /The hub at http:\/\/127\.0\.0\.1:9 cannot be reached: .*\nNext: Check the network\. Without one/,
    );
    expect(code).toBe(1);
  });
});
