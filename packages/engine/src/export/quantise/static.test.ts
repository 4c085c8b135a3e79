import { expect, test } from 'vitest';
import { GraphBuilder } from '../../graph/builder.js';
import type { Graph } from '../../graph/graph.js';
import { tensorOf } from '../../graph/tensor.js';
import { compile } from '../../runtime/executable.js';
import { observedValues, quantiseStatically } from './static.js';

const PRODUCTS = { keep: [], reduceRange: false };
/** Of the images, and of what the channel gives. */
const RANGE = { low: -1, high: 1 };

/** A convolution of one image of two pixels, with one filter of one number for each weight. */
function convolution(weights: readonly number[], biases: readonly number[]): Graph {
  const b = new GraphBuilder();
  const channels = weights.length;
  const x = b.input('images', 'f32', [1, 1, 1, 2]);
  const filters = b.constant(Float32Array.from(weights), 'f32', [channels, 1, 1, 1], 'conv.weight');
  b.output('y', b.conv(x, filters, b.constant(Float32Array.from(biases), 'f32', [channels], 'conv.bias')));
  return b.build();
}

test('a channel whose filters are zero or next to it keeps its bias', async () => {
  const weights = [0.5, 0, 1e-12, 1e-30, 0];
  const biases = [0.25, 0.0013, 0.7, -0.7, 0];
  const full = convolution(weights, biases);
  const ranges = observedValues(full, PRODUCTS).map(() => RANGE);
  const network = await compile(quantiseStatically(full, ranges, PRODUCTS), { device: 'cpu', threads: 1 });
  const { y } = await network.run({ images: tensorOf('f32', [1, 1, 1, 2], [1, -1]) });
  await network.dispose();
  const step = 2 / 255;
  for (const [i, found] of Array.from(y?.data ?? [], Number).entries()) {
    const channel = Math.floor(i / 2);
    const right = (weights[channel] ?? 0) * (i % 2 === 0 ? 1 : -1) + (biases[channel] ?? 0);
    expect(Math.abs(found - right), `channel ${channel}`).toBeLessThanOrEqual(1.01 * step);
  }
});
