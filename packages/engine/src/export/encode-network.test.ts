import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { numbersOf, type Tensor } from '../graph/tensor.js';
import { importOnnx } from '../models/onnx/import-onnx.js';
import { visionModel } from '../models/vision-model.js';
import { openOnnxFile } from '../runtime/onnx-file.js';
import { classifier } from '../training/inference.js';
import { type EncodeNetworkOptions, encodeNetwork, type FilePrecision, PRECISIONS_OF_FILES } from './encode-network.js';
import { asPixels, imageGroup, imageSubject, imagesFed } from './image-subject.js';
import { rowsByFile } from './measure.js';
import type { ImageParts } from './network.js';
import { CLASSES, convolutionalFile, drawnImages, networks } from './networks.fixture.js';

const place = mkdtempSync(join(tmpdir(), 'stockpot-export-'));
afterAll(() => rmSync(place, { recursive: true }));

const IMAGES = 24;
/** Where test/oracles/engine/exported.py finds the files that it checks; then nothing is compared with its fixture. */
const forOracle = process.env.STOCKPOT_EXPORTED;

/** What onnxruntime's own tool makes of the same files, and the hashes of those that ONNX's checker passed. */
const oracle = z.object({
  files: z.record(z.string(), z.string()),
  quantised: z.record(z.string(), z.object({ 'int8-dynamic': z.number(), 'int8-static': z.number() })),
});

const signal = new AbortController().signal;

function options(parts: ImageParts, precision: FilePrecision, pixels = false): EncodeNetworkOptions {
  const image = visionModel(parts.architecture).imageShape;
  const groups = [imageGroup({ pixels, image }, drawnImages(parts, IMAGES))];
  return {
    ...{ precision, keep: [], reduceRange: false, metadata: {} },
    calibration: { groups, rule: { rule: 'min-max' }, threads: 1, signal },
  };
}

function encoded(parts: ImageParts, options: EncodeNetworkOptions, pixels = false) {
  return encodeNetwork(imageSubject(parts, pixels), options);
}

async function logitsOf(parts: ImageParts, images: Float32Array): Promise<Float32Array> {
  const network = await classifier(parts.tensors, parts.architecture, { batch: 8, threads: 1 });
  const logits = await network.logits(images);
  await network.dispose();
  return logits;
}

/** Of a file, over images that come `together` at a time. */
async function rowsOf(
  bytes: Uint8Array,
  parts: ImageParts,
  images: Float32Array,
  together: number,
  pixels = false,
): Promise<number[]> {
  const path = join(place, 'model.onnx');
  writeFileSync(path, bytes);
  const session = await openOnnxFile(path, { threads: 1 });
  const image = visionModel(parts.architecture).imageShape;
  const size = together * image.reduce((product, n) => product * n, 1);
  const rows: number[] = [];
  for (let from = 0; from < images.length; from += size) {
    const some = imagesFed({ pixels, image }, images.subarray(from, from + size));
    rows.push(...(await rowsByFile(session, some, null, { signal })));
  }
  await session.dispose();
  return rows;
}

function worst(found: readonly number[], right: ArrayLike<number>): number {
  return found.reduce((most, value, i) => Math.max(most, Math.abs(value - (right[i] ?? Number.NaN))), 0);
}

describe.each(Object.keys(networks))('%s as a file', (name) => {
  const parts = networks[name]?.() ?? networks['residual CNN']?.();
  if (parts === undefined) throw new Error('No network.');
  const images = drawnImages(parts, IMAGES);

  test.each(PRECISIONS_OF_FILES)('%s: is for any number of images, and close to the model', async (precision) => {
    const { bytes, batch } = await encoded(parts, options(parts, precision));
    expect(batch).toBeNull();
    const right = await logitsOf(parts, images);
    const largest = Math.max(...right.map(Math.abs));
    const bound = { f32: 2e-6, f16: 4e-3, 'int8-dynamic': 0.08, 'int8-static': 0.08 }[precision];
    const [all, one] = [await rowsOf(bytes, parts, images, IMAGES), await rowsOf(bytes, parts, images, 1)];
    expect(worst(all, right) / largest).toBeLessThan(bound);
    // Dynamic ranges are those of all images that come together: alone an image has another one.
    expect(worst(one, right) / largest).toBeLessThan(bound);
    const key = `${name} ${precision}`.replaceAll(/[^a-z0-9]+/gi, '-');
    if (forOracle !== undefined) {
      mkdirSync(forOracle, { recursive: true });
      writeFileSync(join(forOracle, `${key}.onnx`), bytes);
      const data = { images: [...images], shape: [IMAGES, ...visionModel(parts.architecture).imageShape] };
      writeFileSync(join(forOracle, `${key}.json`), JSON.stringify({ ...data, logits: [...right], found: all }));
      return;
    }
    const { files, quantised } = oracle.parse(
      JSON.parse(readFileSync(new URL('./fixtures/exported.json', import.meta.url), 'utf8')),
    );
    const hash = createHash('sha256').update(bytes).digest('hex');
    // Ranges come out of a run of the network, whose last bits are those of this processor's kernels.
    if (precision !== 'int8-static') expect(hash, 'The file changed: run the oracle again.').toBe(files[key]);
    if (precision === 'f32' || precision === 'f16') return;
    // Root mean square errors over the logits: ours is at most that of onnxruntime's tool, but for a tenth.
    const square = all.reduce((sum, value, i) => sum + (value - (right[i] ?? 0)) ** 2, 0);
    expect(Math.sqrt(square / all.length)).toBeLessThan(1.1 * (quantised[name]?.[precision] ?? 0));
  });

  test('with its preparation inside takes pixels', async () => {
    const { bytes } = await encoded(parts, options(parts, 'f32', true), true);
    const [channels, height, width] = visionModel(parts.architecture).imageShape;
    const { mean, std } = parts.preprocessing;
    const plane = height * width;
    const pixels = Float32Array.from({ length: 3 * channels * plane }, (_, i) => (i * 37) % 256);
    const normalised = pixels.map((value, i) => {
      const channel = Math.floor(i / plane) % channels;
      return (value / 255 - (mean[channel] ?? 0)) / (std[channel] ?? 1);
    });
    const right = await logitsOf(parts, normalised);
    const largest = Math.max(...right.map(Math.abs));
    expect(worst(await rowsOf(bytes, parts, pixels, 3, true), right) / largest).toBeLessThan(1e-5);
  });

  test('in eight bits is a third of the size at most, and is not taken for a stock', async () => {
    const [full, small] = await Promise.all([
      encoded(parts, options(parts, 'f32')),
      encoded(parts, options(parts, 'int8-dynamic')),
    ]);
    const overhead = 12_000;
    expect(small.bytes.length).toBeLessThan(full.bytes.length / 3 + overhead);
    const { preprocessing } = parts;
    const bring = () => importOnnx(small.bytes, 'small.onnx', { preprocessing });
    expect(bring).toThrow(/computes with quantised integers, through which nothing can be trained/);
  });

  test('keeps in f32 what it is told to', async () => {
    const kept = await encoded(parts, { ...options(parts, 'int8-dynamic'), keep: ['*'] });
    expect(worst(await rowsOf(kept.bytes, parts, images, IMAGES), await logitsOf(parts, images))).toBeLessThan(1e-5);
  });
});

test('a network that came as .onnx goes out as .onnx, and comes in again with the same weights', async () => {
  const parts = networks['residual CNN']?.();
  if (parts === undefined) throw new Error('No network.');
  const { bytes } = await encoded(parts, options(parts, 'f32'));
  const { preprocessing } = parts;
  const again = importOnnx(bytes, 'again.onnx', { preprocessing, image: parts.architecture.image });
  expect(again.architecture.width).toBe(CLASSES);
  const head = again.tensors.get('onnx.head.weight');
  expect(head && [...numbersOf(head)]).toEqual([...numbersOf(parts.tensors.get('head.weight') as Tensor)]);
  // And the file itself was one that is read with the batch open.
  expect(() => importOnnx(convolutionalFile(), 'cnn.onnx', { preprocessing })).not.toThrow();
});

test('pixels are what a normalisation by 1/255 leaves of them', () => {
  const { mean, std } = asPixels({ mean: [0.1, 0.2], std: [0.5, 0.6], crop: { height: 3, width: 3 } });
  for (let pixel = 0; pixel < 256; pixel++) {
    expect(Math.round(Math.fround((pixel / 255 - (mean[0] ?? 1)) / (std[1] ?? 1)))).toBe(pixel);
  }
});
