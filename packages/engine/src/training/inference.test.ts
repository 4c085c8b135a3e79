import { describe, expect, test } from 'vitest';
import { tensorOf } from '../graph/tensor.js';
import { initialise } from '../models/initialise.js';
import { visionModel } from '../models/vision-model.js';
import { vitMiniature } from '../models/vit/miniature.fixture.js';
import { classifier, featureExtractor } from './inference.js';

const architecture = vitMiniature();
const model = visionModel(architecture);

function modelOf(seed: number) {
  const values = initialise([...model.parameters, ...model.head(3)], seed);
  return new Map([...values].map(([name, { shape, data }]) => [name, tensorOf('f32', shape, data)]));
}

const pictures = (count: number) => Float32Array.from({ length: count * 64 }, (_, i) => Math.sin(i));

describe('models of one shape', () => {
  test('answer with their own weights, in whatever order they are asked', async () => {
    const alone = await Promise.all(
      [1, 2].map(async (seed) => {
        const network = await classifier(modelOf(seed), architecture, { batch: 4, threads: 1 });
        const logits = await network.logits(pictures(6));
        await network.dispose();
        return logits;
      }),
    );
    const both = await Promise.all(
      [1, 2].map((seed) => classifier(modelOf(seed), architecture, { batch: 4, threads: 1 })),
    );
    const together = await Promise.all(both.map((network) => network.logits(pictures(6))));
    expect(together).toEqual(alone);
    expect(together[0]).not.toEqual(together[1]);
    await Promise.all(both.map((network) => network.dispose()));
  });

  test('answer on when another one was disposed of, and refuse once they are themselves', async () => {
    const [kept, gone] = [
      await featureExtractor(modelOf(1), architecture, { batch: 4, threads: 1 }),
      await featureExtractor(modelOf(2), architecture, { batch: 4, threads: 1 }),
    ];
    const before = await kept.run(pictures(2));
    await gone.dispose();
    await gone.dispose();
    expect(await kept.run(pictures(2))).toEqual(before);
    await expect(gone.run(pictures(2))).rejects.toThrow('The network has been disposed of.');
    await kept.dispose();
  });

  test('answer an image alike whatever it comes with', async () => {
    const network = await classifier(modelOf(1), architecture, { batch: 4, threads: 1 });
    const together = await network.logits(pictures(9));
    expect(await network.logits(pictures(2))).toEqual(together.slice(0, 6));
    await network.dispose();
  });
});
