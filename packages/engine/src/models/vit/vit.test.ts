import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { largestDifference, packedTensor, packedTensors, readFixture } from '../../testing/oracle.fixture.js';
import { classifier, featureExtractor } from '../../training/inference.js';
import { architectureSchema } from '../architecture.js';
import { visionModel } from '../vision-model.js';

const fixture = readFixture(new URL('./fixtures/vit.json', import.meta.url), {
  cases: z.array(
    z.object({
      architecture: architectureSchema,
      classes: z.int(),
      weights: packedTensors,
      images: packedTensor,
      features: packedTensor,
      logits: packedTensor,
    }),
  ),
});

describe.each(fixture.cases)("timm's miniature with $architecture.pooling pooling", (one) => {
  const { architecture, weights, images } = one;

  test('has exactly the tensors of the parameter table, in these shapes', () => {
    const model = visionModel(architecture);
    const table = [...model.parameters, ...model.head(one.classes)];
    expect(Object.fromEntries(table.map(({ name, shape }) => [name, shape]))).toEqual(
      Object.fromEntries([...weights].map(([name, { shape }]) => [name, shape])),
    );
  });

  test('gives the same logits, whatever the batch is cut into', async () => {
    for (const batch of [1, 2, 4]) {
      const network = await classifier(weights, architecture, { batch, threads: 1 });
      expect(network.classes).toBe(one.classes);
      expect(largestDifference({ data: await network.logits(images.data) }, one.logits)).toBeLessThan(1e-4);
      await network.dispose();
    }
  });

  test('gives the same features', async () => {
    const network = await featureExtractor(weights, architecture, { batch: 3, threads: 1 });
    expect(network.width).toBe(architecture.dim);
    expect(largestDifference({ data: await network.run(images.data) }, one.features)).toBeLessThan(1e-4);
    await network.dispose();
  });
});
