/** @file A network of PyTorch with batch normalisation, and what its update_bn made of it (`test/oracles/engine/batch_norm.py`). Used by tests only. */
import { z } from 'zod';
import { numbersOf, tensorOf } from '../../graph/tensor.js';
import type { OnnxArchitecture } from '../../models/onnx/architecture.js';
import { importOnnx } from '../../models/onnx/import-onnx.js';
import { packedTensor, readFixture } from '../../testing/oracle.fixture.js';
import { featureExtractor } from '../../training/inference.js';
import { estimateBatchNorm, type ImageBatches } from './estimate.js';

export const updateBn = readFixture(new URL('./fixtures/update-bn.json', import.meta.url), {
  onnx: z.base64(),
  batch: z.int(),
  images: packedTensor,
  before: packedTensor,
  statistics: z.record(z.string(), packedTensor),
  after: packedTensor,
});

const file = Buffer.from(updateBn.onnx, 'base64');
const preprocessing = { mean: [0, 0, 0], std: [1, 1, 1] };
const imported = importOnnx(file, 'net.onnx', { preprocessing, image: 8 });
export const network: OnnxArchitecture = imported.architecture;
export const weights = imported.tensors;
export const IMAGE_SIZE = 3 * 8 * 8;
const images = Float32Array.from(updateBn.images.data);

export const batchesOf = (batch: number): ImageBatches => ({
  batch,
  count: Math.floor(images.length / IMAGE_SIZE / batch),
  at: async (index) => images.slice(index * batch * IMAGE_SIZE, (index + 1) * batch * IMAGE_SIZE),
});

/** What the network answers to the first three images. */
export async function featuresOf(architecture: OnnxArchitecture) {
  const extractor = await featureExtractor(weights, architecture, { batch: 3, threads: 1 });
  const data = await extractor.run(images.subarray(0, 3 * IMAGE_SIZE));
  await extractor.dispose();
  return tensorOf('f32', [3, extractor.width], data);
}

/** PyTorch's statistics of a layer. */
export function torchStatistics(layer: number) {
  const of = (word: string) => {
    const found = updateBn.statistics[`norm${layer}.running_${word}`];
    if (found === undefined) throw new Error('The fixture lacks statistics.');
    return numbersOf(tensorOf('f32', [found.data.length], found.data));
  };
  return { mean: of('mean'), variance: of('var') };
}

export const estimated = () => estimateBatchNorm(network, weights, batchesOf(updateBn.batch), { threads: 1 });
