/** @file The fine-tunings of 50 steps that PyTorch ran, and how far Stockpot's are from them. */
import { z } from 'zod';
import { visionModel } from '../models/vision-model.js';
import { largestDifference, packedTensors, readFixture } from '../testing/oracle.fixture.js';
import { batches, curve, Recorder, training } from './curve.fixture.js';
import { DROP_PATH_INPUT } from './drop-path.js';
import { fineTuningTask } from './fine-tuning.js';
import { layerDecay, layersOf } from './layer-decay.js';
import { sgd } from './optimizers/sgd.js';
import { warmupStep } from './schedules/step.js';
import { textOracle, textTraining } from './text-curve.fixture.js';
import { type Training, train } from './train.js';
import type { BatchSource } from './training-task.js';

const oracleCurve = z.object({ losses: z.array(z.number()), gradientNorms: z.array(z.number()), final: packedTensors });
const further = readFixture(new URL('./fixtures/curves.json', import.meta.url), {
  sgd: oracleCurve,
  dropPath: oracleCurve,
});

const model = visionModel(curve.architecture);
const layers = layersOf(model.layers, 'Layer decay');

/** The masks that the oracle multiplied the branches by, [blocks, 2, batch]. */
function masksAt(step: number): Float32Array {
  const { blocks } = layers;
  return Float32Array.from({ length: blocks * 2 * curve.batch }, (_, at) => {
    const [branch, example] = [Math.floor(at / curve.batch), at % curve.batch];
    const dropped = (step + 3 * Math.floor(branch / 2) + 2 * (branch % 2) + example) % 4 === 0;
    return dropped ? 0 : 4 / 3;
  });
}

const maskedBatches: BatchSource = {
  batchSize: curve.batch,
  at: async (step) => ({
    ...(await batches.at(step)),
    [DROP_PATH_INPUT]: { dtype: 'f32', shape: [layers.blocks, 2, curve.batch], data: masksAt(step) },
  }),
};

const NEWEST = 'torch 2.15.0, timm 1.0.31, f64';

/** Each with the training that it is of, and who computed it. */
export const trainingCurves: Readonly<
  Record<string, { readonly training: Training; readonly oracle: z.output<typeof oracleCurve>; readonly by: string }>
> = {
  'AdamW, cosine, clipping, label smoothing': {
    ...{ training, oracle: curve },
    by: 'torch, timm (versions in training.json), f64',
  },
  'SGD with momentum, layer decay, frozen parameters, step schedule': {
    oracle: further.sgd,
    by: NEWEST,
    training: {
      ...training,
      task: fineTuningTask(model, curve.classes, curve.batch, { freeze: ['patch_embed.*', 'pos_embed'] }),
      optimizer: sgd({ momentum: 0.9 }),
      schedule: warmupStep({ peak: 5e-2, steps: curve.steps, warmupSteps: 5, milestones: [0.5, 0.8], gamma: 0.2 }),
      lrScale: layerDecay(layers, 0.75),
    },
  },
  'AdamW with drop path': {
    oracle: further.dropPath,
    by: NEWEST,
    training: {
      ...training,
      task: fineTuningTask(model, curve.classes, curve.batch, { dropPath: true }),
      batches: maskedBatches,
    },
  },
  'BERT: AdamW, layer decay, a batch in two parts': {
    ...{ training: textTraining, oracle: textOracle },
    by: 'torch 2.15.0, transformers 5.23.0, f64',
  },
};

/** The largest differences from the oracle: of the losses, of the gradient norms, and of the weights that it kept. */
export async function curveDifferences(name: string): Promise<{ loss: number; norm: number; weights: number }> {
  const one = trainingCurves[name];
  if (one === undefined) throw new Error(`There is no curve '${name}'.`);
  const reporter = new Recorder();
  const { signal } = new AbortController();
  const { parameters } = await train(one.training, { threads: 1, device: 'cpu', reporter, signal, checkpoints: null });
  const series = (found: string, expected: readonly number[]) =>
    largestDifference(
      { data: Float64Array.from(reporter.series.get(found) ?? []) },
      { data: Float64Array.from(expected) },
    );
  return {
    loss: series('loss', one.oracle.losses),
    norm: series('gradient_norm', one.oracle.gradientNorms),
    weights: Math.max(
      ...[...one.oracle.final].map(([tensor, expected]) =>
        largestDifference(parameters.get(tensor) ?? { data: new Float32Array() }, expected),
      ),
    ),
  };
}
