/** @file Trainings of a miniature, one of every kind, that any device can be asked to run. */
import { sizeOf, type Tensor, tensor } from '../../graph/index.js';
import type { JsonObject } from '../../json.js';
import { initialise } from '../../models/initialise.js';
import { bertArchitectureSchema } from '../../models/text/architecture.js';
import { textModel } from '../../models/text/text-model.js';
import { visionModel } from '../../models/vision-model.js';
import { vitMiniature } from '../../models/vit/miniature.fixture.js';
import { keyed } from '../../random/index.js';
import type { SslAlgorithm } from '../../recipe/ssl-options.js';
import { sslMethods } from '../../ssl/methods.js';
import { preTrainingTask } from '../../ssl/pre-training.js';
import type { SslLoss } from '../../ssl/ssl-method.js';
import { smoothedTargets } from '../../training/cross-entropy.js';
import { Recorder } from '../../training/curve.fixture.js';
import { DROP_PATH_INPUT, dropPathMasks } from '../../training/drop-path.js';
import { classificationTask, fineTuningTask } from '../../training/fine-tuning.js';
import { layerDecay, layersOf } from '../../training/layer-decay.js';
import { adamw } from '../../training/optimizers/adamw.js';
import { warmupCosine } from '../../training/schedules/cosine.js';
import { textTrainee, tokenFeeds } from '../../training/text-classification.js';
import { type Training, train } from '../../training/train.js';
import type { DeviceName } from '../devices.js';

const BATCH = 4;
const CLASSES = 3;

export const miniature = vitMiniature();

const heads = { hidden: 8, width: 6 };

/** Options of every self-supervised method that suit the miniature: a method without a row does not compile. */
const sslOptions: Readonly<Record<SslAlgorithm, JsonObject>> = {
  mae: { mask: 0.5, decoder: { dim: 8, depth: 1, heads: 2 } },
  mocov3: { variant: 'official', ...heads },
  mmcr: { variant: 'official', teacher_momentum: 0.9, ...heads },
  lejepa: { slices: 8, local_views: 1, local_image: 4, ...heads },
  massl: { memory: 16, block: 8, local_views: 0, ...heads },
};

export function sslLoss(algorithm: SslAlgorithm): SslLoss {
  return sslMethods[algorithm].bind(miniature, sslOptions[algorithm], { batch: BATCH, seed: 5 });
}

function noise(shape: readonly number[], ...key: readonly (number | string)[]): Tensor {
  const random = keyed(7, ...key);
  return tensor(
    'f32',
    shape,
    Float32Array.from({ length: sizeOf(shape) }, () => 2 * random.uniform() - 1),
  );
}

const LENGTH = 6;
const textMiniature = textModel(
  bertArchitectureSchema.parse({
    ...{ family: 'bert', vocabulary: 20, positions: 8, types: 2, dim: 8, depth: 2, heads: 2, mlp: 16 },
    layerNormEpsilon: 1e-12,
  }),
);

/** Fine-tuning of a text model with padding, and with every option that changes its step graph. */
export function textFineTuning(steps: number): Training {
  const { layers } = textMiniature;
  const options = { dropPath: true, freeze: ['embeddings.token_type_embeddings.*'] };
  const task = classificationTask(textTrainee(textMiniature, LENGTH), CLASSES, BATCH, options);
  return {
    ...fineTuning(steps),
    task,
    initial: initialise(task.parameters, 3),
    lrScale: layerDecay(layers, 0.7),
    accumulate: 2,
    ema: 0.9,
    batches: {
      batchSize: BATCH,
      at: (step) => {
        const random = keyed(7, step, 'tokens');
        const streams = Array.from({ length: BATCH }, (_, example) => keyed(9, step, example));
        const sequences = streams.map((_, example) => ({
          ids: Array.from({ length: LENGTH }, () => random.integer(20)),
          types: Array.from({ length: LENGTH }, (__, at) => (at < 3 ? 0 : 1)),
          mask: Array.from({ length: LENGTH }, (__, at) => (at < LENGTH - example ? 1 : 0)),
        }));
        return {
          ...tokenFeeds(sequences),
          targets: tensor('f32', [BATCH, CLASSES], smoothedTargets([0, 1, 2, step % CLASSES], CLASSES, 0.1)),
          [DROP_PATH_INPUT]: dropPathMasks(layers, 0.5, streams),
        };
      },
    },
  };
}

/** Fine-tuning with AdamW, clipping and label smoothing. */
export function fineTuning(steps: number): Training {
  const task = fineTuningTask(visionModel(miniature), CLASSES, BATCH);
  return {
    task,
    initial: initialise(task.parameters, 3),
    optimizer: adamw(),
    weightDecay: 0.05,
    schedule: warmupCosine({ peak: 3e-3, steps, warmupSteps: 2 }),
    clip: 1,
    batches: {
      batchSize: BATCH,
      at: (step) => ({
        images: noise([BATCH, 1, 8, 8], step),
        targets: tensor('f32', [BATCH, CLASSES], smoothedTargets([0, 1, 2, step % CLASSES], CLASSES, 0.1)),
      }),
    },
  };
}

/** Training without labels, with drop path and layer decay; the batch is encoded in so many parts. */
export function preTraining(loss: SslLoss, steps: number, parts = 1): Training {
  const model = visionModel(miniature);
  const layers = layersOf(model.layers, 'Drop path');
  const task = preTrainingTask(model, loss, BATCH, { dropPath: true, parts });
  return {
    task,
    initial: initialise(task.parameters, 3),
    optimizer: adamw({ beta2: 0.95 }),
    lrScale: layerDecay(layers, 0.7),
    weightDecay: 0.05,
    schedule: warmupCosine({ peak: 3e-3, steps, warmupSteps: 2 }),
    clip: null,
    batches: {
      batchSize: BATCH,
      at: (step) => ({
        ...Object.fromEntries(
          loss.views.map(({ name, size }) => [name, noise([BATCH, 1, size, size], step, name)] as const),
        ),
        ...loss.draw(
          Array.from({ length: BATCH }, (_, image) => keyed(7, step, image)),
          { step, steps, random: keyed(7, step) },
        ),
        [DROP_PATH_INPUT]: dropPathMasks(
          layers,
          0.2,
          Array.from({ length: loss.views.length * BATCH }, (_, row) => keyed(7, step, row, 'drop')),
        ),
      }),
    },
  };
}

/** What a training told on a device: its losses and the norms of its gradients. */
export async function curvesOn(device: DeviceName, training: Training): Promise<{ loss: number[]; norm: number[] }> {
  const reporter = new Recorder();
  const { signal } = new AbortController();
  await train(training, { device, threads: 1, reporter, signal, checkpoints: null });
  return { loss: reporter.series.get('loss') ?? [], norm: reporter.series.get('gradient_norm') ?? [] };
}
