/** @file Small networks of each family with drawn weights, as parts of a file. Tests only. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Tensor } from '../graph/tensor.js';
import { type ImageArchitecture, imageArchitectureSchema } from '../models/architecture.js';
import { importOnnx } from '../models/onnx/import-onnx.js';
import { visionModel } from '../models/vision-model.js';
import { keyed } from '../random/index.js';
import type { ImageParts } from './network.js';

export const CLASSES = 10;

const vit = { family: 'vit', image: 16, patch: 4, channels: 3, dim: 32, depth: 2, heads: 2, mlp: 64 };

const { cases } = z
  .object({ cases: z.record(z.string(), z.object({ files: z.record(z.string(), z.base64()) })) })
  .parse(JSON.parse(readFileSync(new URL('../graph/onnx/fixtures/pytorch-exports.json', import.meta.url), 'utf8')));

/** The convolutional network that PyTorch exported, with the weights that it came with. */
export function convolutionalFile(): Uint8Array {
  return Buffer.from(cases['residual CNN']?.files.TorchScript ?? '', 'base64');
}

/** Network by name. */
export const networks: Readonly<Record<string, () => ImageParts>> = {
  'ViT with a class token': () => drawn(vit),
  'ViT that pools the mean': () => drawn({ ...vit, pooling: 'mean', classToken: false }),
  'ViT of class token and mean': () => drawn({ ...vit, pooling: 'cls+mean' }),
  'residual CNN': () => {
    const preprocessing = { mean: [0.5, 0.4, 0.3], std: [0.2, 0.25, 0.3] };
    const { architecture, tensors } = importOnnx(convolutionalFile(), 'cnn.onnx', { preprocessing });
    const head = headOf(architecture);
    return { architecture, preprocessing, tensors: new Map([...tensors, ...head]) };
  },
};

function drawn(shape: object): ImageParts {
  const architecture = imageArchitectureSchema.parse(shape);
  const random = keyed(7);
  const tensors = new Map(
    visionModel(architecture).parameters.map(({ name, shape: size }) => [name, weights(random, name, size)]),
  );
  const preprocessing = { mean: [0.5, 0.4, 0.3], std: [0.2, 0.25, 0.3] };
  return { architecture, preprocessing, tensors: new Map([...tensors, ...headOf(architecture)]) };
}

function headOf(architecture: ImageArchitecture): [string, Tensor][] {
  const random = keyed(8);
  return visionModel(architecture)
    .head(CLASSES)
    .map(({ name, shape }) => [name, weights(random, name, shape)]);
}

function weights(random: ReturnType<typeof keyed>, name: string, shape: readonly number[]): Tensor {
  const length = shape.reduce((product, n) => product * n, 1);
  const around = /norm\d?\.weight$/.test(name) ? 1 : 0;
  return { dtype: 'f32', shape, data: Float32Array.from({ length }, () => around + 0.6 * (random.uniform() - 0.5)) };
}

/** `count` normalised images of a network's size. */
export function drawnImages({ architecture }: ImageParts, count: number): Float32Array {
  const [channels, height, width] = visionModel(architecture).imageShape;
  const random = keyed(9);
  return Float32Array.from({ length: count * channels * height * width }, () => 4 * random.uniform() - 2);
}
