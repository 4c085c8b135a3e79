import { expect, test } from 'vitest';
import { z } from 'zod';
import { gradients } from '../../autodiff/gradients.js';
import { GraphBuilder } from '../../graph/builder.js';
import type { Tensor } from '../../graph/tensor.js';
import { compile } from '../../runtime/executable.js';
import { largestDifference, packedTensor, packedTensors, readFixture } from '../../testing/oracle.fixture.js';
import { smoothedTargets, softTargetCrossEntropy } from '../../training/cross-entropy.js';
import { architectureSchema } from '../architecture.js';
import { parameterValues } from '../parameter-values.js';
import { logitsOf, visionModel } from '../vision-model.js';

const fixture = readFixture(new URL('./fixtures/vit.json', import.meta.url), {
  cases: z.array(
    z.object({
      architecture: architectureSchema,
      classes: z.int(),
      weights: packedTensors,
      images: packedTensor,
      labels: z.array(z.int()),
      labelSmoothing: z.number(),
      loss: z.number(),
      gradients: packedTensors,
    }),
  ),
});

test.each(fixture.cases)(
  "PyTorch's loss and gradient of every parameter, $architecture.pooling pooling",
  async (one) => {
    const b = new GraphBuilder();
    const inputs = new Map([...one.weights].map(([name, { shape }]) => [name, b.input(name, 'f32', shape)]));
    const images = b.input('images', 'f32', one.images.shape);
    const targets = b.input('targets', 'f32', [one.labels.length, one.classes]);
    const logits = logitsOf(visionModel(one.architecture), b, parameterValues(inputs), images);
    const loss = softTargetCrossEntropy(b, logits, targets);
    b.output('loss', loss);
    const names = [...inputs.keys()];
    for (const [index, gradient] of gradients(b, loss, [...inputs.values()]).entries()) {
      b.output(`gradient.${names[index]}`, gradient);
    }

    const executable = await compile(b.build(), { device: 'cpu', threads: 1 });
    const feeds: Record<string, Tensor> = {
      ...Object.fromEntries(one.weights),
      images: one.images,
      targets: {
        dtype: 'f32',
        shape: [one.labels.length, one.classes],
        data: smoothedTargets(one.labels, one.classes, one.labelSmoothing),
      },
    };
    const outputs = await executable.run(feeds);
    await executable.dispose();

    expect(outputs.loss?.data[0]).toBeCloseTo(one.loss, 5);
    for (const [name, expected] of one.gradients) {
      const found = outputs[`gradient.${name}`];
      if (found === undefined) throw new Error(`There is no gradient of ${name}.`);
      const size = Math.max(...expected.data.map(Math.abs));
      expect(largestDifference(found, expected) / size, name).toBeLessThan(1e-4);
    }
  },
);
