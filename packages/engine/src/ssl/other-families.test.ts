import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { sizeOf } from '../graph/shape.js';
import { tensor } from '../graph/tensor.js';
import { initialise } from '../models/initialise.js';
import { namedTensors } from '../models/load-model.js';
import { importOnnx } from '../models/onnx/import-onnx.js';
import { visionModel } from '../models/vision-model.js';
import { keyed } from '../random/index.js';
import type { SslAlgorithm } from '../recipe/ssl-options.js';
import { packedTensor, readFixture } from '../testing/oracle.fixture.js';
import { adamw } from '../training/optimizers/adamw.js';
import { warmupCosine } from '../training/schedules/cosine.js';
import { train } from '../training/train.js';
import { sslMethods } from './methods.js';
import { preTrainingTask } from './pre-training.js';

const { cases } = readFixture(new URL('../graph/onnx/fixtures/pytorch-exports.json', import.meta.url), {
  cases: z.record(z.string(), z.object({ files: z.record(z.string(), z.base64()), x: packedTensor, y: packedTensor })),
});
const [file = ''] = Object.values(cases['residual CNN']?.files ?? {});
const preprocessing = { mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] };
const { architecture, tensors } = importOnnx(Buffer.from(file, 'base64'), 'model.onnx', { preprocessing });

const BATCH = 4;
const STEPS = 4;
const bind = (algorithm: SslAlgorithm, options: object) =>
  sslMethods[algorithm].bind(architecture, options, { batch: BATCH, seed: 1 });

describe('a network that came as an ONNX file is trained without labels', () => {
  test.each([
    ['mocov3', { variant: 'official', hidden: 8, width: 4 }],
    ['mmcr', { variant: 'self-soup', local: 0 }],
    ['lejepa', { slices: 8, local_views: 1, hidden: 8, width: 4 }],
    ['massl', { memory: 16, block: 8, local_views: 1, hidden: 8, width: 4 }],
  ] as const)('by %s', async (algorithm, options) => {
    const model = visionModel(architecture);
    const loss = bind(algorithm, options);
    const task = preTrainingTask(model, loss, BATCH);
    const losses: number[] = [];
    const result = await train(
      {
        task,
        initial: new Map([...initialise(task.parameters, 1), ...namedTensors(tensors, model.parameters)]),
        optimizer: adamw(),
        weightDecay: 0,
        schedule: warmupCosine({ peak: 1e-3, steps: STEPS, warmupSteps: 1 }),
        clip: null,
        batches: {
          batchSize: BATCH,
          at: (step) => ({
            ...Object.fromEntries(
              loss.views.map(({ name }, view) => {
                const shape = [BATCH, ...model.imageShape];
                const random = keyed(7, step, view);
                return [
                  name,
                  tensor(
                    'f32',
                    shape,
                    Float32Array.from({ length: sizeOf(shape) }, () => random.normal()),
                  ),
                ];
              }),
            ),
            ...loss.draw([], { step, steps: STEPS, random: keyed(8, step) }),
          }),
        },
      },
      {
        device: 'cpu',
        threads: 1,
        signal: new AbortController().signal,
        reporter: {
          metric: (series, step, value) => {
            if (series === 'loss') losses[step] = value;
          },
          progress: () => undefined,
        },
        checkpoints: null,
      },
    );
    expect(losses).toHaveLength(STEPS);
    expect(losses.every(Number.isFinite)).toBe(true);
    const [trained] = model.parameters.filter(({ shape }) => shape.length > 1);
    expect(result.parameters.get(trained?.name ?? '')?.data).not.toEqual(tensors.get(trained?.name ?? '')?.data);
  });

  test('but not by MAE, which hides patches, nor by views of a size that it does not take', () => {
    expect(() => bind('mae', { mask: 0.75, decoder: { dim: 8, depth: 1, heads: 2 } })).toThrow(
      "this model is of the family 'onnx'",
    );
    expect(() => bind('lejepa', { local_image: 8 })).toThrow('Views of 8 pixels were asked for');
  });
});
