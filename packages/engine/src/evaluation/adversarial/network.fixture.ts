/** @file The network that test/oracles/engine/adversarial.py attacks in torch, and a linear one. */
import { z } from 'zod';
import { tensor } from '../../graph/index.js';
import { packedTensor, packedTensors, readFixture } from '../../testing/oracle.fixture.js';
import type { AttackTarget } from './attack-target.js';

export const adversarialFixture = readFixture(new URL('../fixtures/adversarial.json', import.meta.url), {
  classes: z.int(),
  mean: z.array(z.number()),
  std: z.array(z.number()),
  weights: packedTensors,
  pixels: packedTensor,
  labels: z.array(z.int()),
  gradient: packedTensor,
  cases: z.array(
    z.object({
      norm: z.enum(['linf', 'l2']),
      eps: z.number(),
      steps: z.int(),
      stepSize: z.number(),
      images: packedTensor,
      accuracy: z.number(),
    }),
  ),
});

/** Normalisation, a linear layer, tanh, a linear layer. */
export const twoLayers: AttackTarget = {
  imageShape: adversarialFixture.pixels.shape.slice(1),
  classes: adversarialFixture.classes,
  weights: adversarialFixture.weights,
  logits: (b, weights, pixels) => {
    const channels = [adversarialFixture.mean.length, 1, 1];
    const centred = b.sub(pixels, b.constant(Float32Array.from(adversarialFixture.mean), 'f32', channels));
    const images = b.div(centred, b.constant(Float32Array.from(adversarialFixture.std), 'f32', channels));
    const [n = 0, ...image] = images.shape;
    const flat = b.reshape(images, [n, image.reduce((product, side) => product * side, 1)]);
    const hidden = b.tanh(b.gemm(flat, weights('first.weight'), weights('first.bias'), { transB: true }));
    return b.gemm(hidden, weights('second.weight'), weights('second.bias'), { transB: true });
  },
};

/** Logits W·x + b of `pixels` numbers for two classes. */
export function linearTarget(weight: Float32Array, bias: Float32Array): AttackTarget {
  const pixels = weight.length / bias.length;
  return {
    imageShape: [pixels],
    classes: bias.length,
    weights: new Map([
      ['weight', tensor('f32', [bias.length, pixels], weight)],
      ['bias', tensor('f32', [bias.length], bias)],
    ]),
    logits: (b, weights, x) => b.gemm(x, weights('weight'), weights('bias'), { transB: true }),
  };
}
