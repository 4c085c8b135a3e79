/** @file Small classifiers as files, as transformers saved one and as Stockpot has it, with images for them. Used by tests only. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { decodeSafetensors, encodeSafetensors } from '@stockpot/engine/checkpoints';
import { z } from 'zod';
import { moved, packed, type Tensors, unpacked } from './moved-weights.fixture.js';

/** What the engine's own tests of the format read: a ViTForImageClassification of 6×6 pixels and three classes. */
const fixture = new URL('../../../../packages/engine/src/models/formats/fixtures/huggingface.json', import.meta.url);
const { cases } = z
  .object({
    cases: z.array(
      z.object({ name: z.string(), files: z.record(z.string(), z.string()), tensors: z.record(z.string(), packed) }),
    ),
  })
  .parse(JSON.parse(readFileSync(fixture, 'utf8')));
const vit = cases.find(({ name }) => name === 'transformers ViT');
if (vit === undefined) throw new Error('The fixture has no ViT of transformers.');

const original = unpacked(vit.tensors);

/** Writes the folder of a model as transformers does. */
export function writeForeign(folder: string, way: number): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/model.safetensors`, encodeSafetensors(moved(original, way, 0.3), { format: 'pt' }));
  for (const [name, text] of Object.entries(vit?.files ?? {})) writeFileSync(`${folder}/${name}`, text);
}

/** Writes models some way off one that Stockpot imported, each as one file. */
export function writeOwn(imported: string, files: Readonly<Record<string, number>>): void {
  const { tensors, metadata } = decodeSafetensors(readFileSync(imported));
  for (const [file, way] of Object.entries(files))
    writeFileSync(file, encodeSafetensors(moved(tensors, way, 0.3), metadata));
}

/** Writes 240 images of 6×6 pixels in three classes as NPY arrays, the set `train`. */
export function writeImages(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const n = 240;
  const labels = Uint8Array.from({ length: n }, (_, index) => index % 3);
  const pixels = Uint8Array.from({ length: n * 108 }, (_, at) => {
    const image = Math.floor(at / 108);
    return 128 + 60 * Math.sin(at * (1 + (image % 3)) + image) + 60 * Math.sin(image * at);
  });
  writeFileSync(`${folder}/train_images.npy`, npy([n, 6, 6, 3], pixels));
  writeFileSync(`${folder}/train_labels.npy`, npy([n], labels));
}

function npy(shape: readonly number[], data: Uint8Array): Buffer {
  const header = `{'descr': '|u1', 'fortran_order': False, 'shape': (${shape.join(', ')},), }`;
  const head = Buffer.from(`\x93NUMPY\x01\x00\x00\x00${header.padEnd(117)}\n`, 'latin1');
  head.writeUInt16LE(118, 8);
  return Buffer.concat([head, data]);
}

/** Writes a network of PyTorch with batch normalisation, as an ONNX file. */
export function writeNetwork(file: string): void {
  const text = readFileSync(
    new URL('../../../../packages/engine/src/soups/batch-norm/fixtures/update-bn.json', import.meta.url),
    'utf8',
  );
  writeFileSync(file, Buffer.from(z.object({ onnx: z.base64() }).parse(JSON.parse(text)).onnx, 'base64'));
}

/** Writes an imported network with a head of three classes, some way off. */
export function writeWithHead(imported: string, file: string, width: number, way: number): void {
  const { tensors, metadata } = decodeSafetensors(readFileSync(imported));
  const head: Tensors = new Map([
    ...tensors,
    ['head.weight', { dtype: 'f32', shape: [3, width], data: new Float32Array(3 * width) }],
    ['head.bias', { dtype: 'f32', shape: [3], data: new Float32Array(3) }],
  ]);
  writeFileSync(file, encodeSafetensors(moved(head, way, 0.3), metadata));
}
