import { expect, test } from 'vitest';
import { z } from 'zod';
import { GraphBuilder } from '../../graph/builder.js';
import type { Tensor } from '../../graph/tensor.js';
import { compile } from '../../runtime/executable.js';
import { largestDifference, packedTensor, readFixture } from '../../testing/oracle.fixture.js';
import { adamw } from './adamw.js';

const { adamw: oracle } = readFixture(new URL('../fixtures/training.json', import.meta.url), {
  adamw: z.object({
    start: packedTensor,
    lr: z.number(),
    weightDecay: z.number(),
    beta1: z.number(),
    beta2: z.number(),
    steps: z.int(),
    weights: packedTensor,
    firstMoment: packedTensor,
    secondMoment: packedTensor,
  }),
});

test("after 100 steps on gradients from 1e-2 to 1e1, torch's weights and moments", async () => {
  const { beta1, beta2, weightDecay, lr, start } = oracle;
  const optimizer = adamw({ beta1, beta2 });
  const b = new GraphBuilder();
  const vector = (name: string) => b.input(name, 'f32', start.shape);
  const scalars = Object.fromEntries(
    Object.keys(optimizer.scalars(0, lr)).map((name) => [name, b.input(name, 'f32', [])]),
  );
  const state = { first_moment: vector('first_moment'), second_moment: vector('second_moment') };
  const next = optimizer.update(b, { weights: vector('weights'), gradient: vector('gradient'), state }, scalars, {
    weightDecay,
    lrScale: 1,
    slots: [{ name: 'weights', shape: start.shape, offset: 0, size: start.data.length }],
  });
  b.output('next_weights', next.weights);
  for (const [slot, value] of Object.entries(next.state)) b.output(`next_${slot}`, value);
  const executable = await compile(b.build(), { device: 'cpu', threads: 1 });

  const count = start.data.length;
  const zeros = { ...start, data: new Float32Array(count) };
  let vectors: Record<string, Tensor> = { weights: start, first_moment: zeros, second_moment: zeros };
  for (let step = 0; step < oracle.steps; step++) {
    const gradient = Float32Array.from(
      { length: count },
      (_, i) => 10 ** ((i % 4) - 2) * Math.sin(0.7 * step + 1.3 * i + 0.1),
    );
    const numbers = Object.entries(optimizer.scalars(step, lr)).map(([name, value]) => [
      name,
      { dtype: 'f32' as const, shape: [], data: Float32Array.of(value) },
    ]);
    const outputs = await executable.run({
      ...vectors,
      gradient: { ...start, data: gradient },
      ...Object.fromEntries(numbers),
    });
    vectors = Object.fromEntries(Object.entries(vectors).map(([name, old]) => [name, outputs[`next_${name}`] ?? old]));
  }
  await executable.dispose();

  const found = (name: string) => vectors[name] ?? zeros;
  expect(largestDifference(found('weights'), oracle.weights)).toBeLessThan(1e-5);
  expect(largestDifference(found('first_moment'), oracle.firstMoment)).toBeLessThan(1e-5);
  expect(largestDifference(found('second_moment'), oracle.secondMoment)).toBeLessThan(1e-4);
});
