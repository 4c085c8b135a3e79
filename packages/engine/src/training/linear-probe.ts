import { epochOrder } from '../data/epoch-order.js';
import { StockpotEngineError } from '../errors.js';
import type { NamedTensors } from '../models/initialise.js';
import { elementCount } from '../models/parameters.js';
import type { VisionModel } from '../models/vision-model.js';
import { smoothedTargets, softTargetCrossEntropy } from './cross-entropy.js';
import { adamw } from './optimizers/adamw.js';
import { warmupCosine } from './schedules/cosine.js';
import { foldedHead, type Standardisation, standardisation } from './standardisation.js';
import { type TrainingEnvironment, type TrainingResult, train } from './train.js';
import type { BatchSource, TrainingTask } from './training-task.js';

/** Frozen features [n, width] with the label of each. */
export interface LabelledFeatures {
  readonly width: number;
  readonly features: Float32Array;
  readonly labels: ArrayLike<number>;
}

export interface LinearProbeOptions {
  readonly epochs: number;
  readonly batch: number;
  readonly lr: number;
  readonly weightDecay: number;
  readonly seed: number;
}

export interface LinearProbe {
  /** `head.weight` [classes, width] and `head.bias` [classes], for features as they come. */
  readonly head: NamedTensors;
  readonly finalLoss: number;
  /** Share of the training examples that the head gets right, in 0 … 1. */
  readonly trainAccuracy: number;
}

/**
 * Trains a linear head on frozen features: the first half of LP-FT. Each feature is standardised for the training, which is
 * then folded into the head (W / σ, b − W·μ/σ), so that the head stands on the network's own features. It begins at zero,
 * so nothing about it is random but the order of the examples.
 *
 * @throws {StockpotEngineError} for fewer examples than a batch
 */
export async function trainLinearProbe(
  data: LabelledFeatures,
  head: { readonly model: Pick<VisionModel, 'head' | 'classify'>; readonly classes: number },
  options: LinearProbeOptions,
  environment: TrainingEnvironment,
): Promise<LinearProbe> {
  const { width, labels } = data;
  const { batch, epochs, lr, weightDecay, seed } = options;
  const { model, classes } = head;
  const headTable = model.head(classes);
  const scale = standardisation(data);
  const features = standardised(data, scale);
  const stepsPerEpoch = Math.floor(labels.length / batch);
  if (stepsPerEpoch === 0) {
    throw new StockpotEngineError(
      `A head was to be trained with batches of ${batch} on ${labels.length} examples.`,
      'Lower the batch of the head, or give its split more examples.',
    );
  }
  const task: TrainingTask = {
    parameters: headTable,
    frozen: new Set(),
    inputs: [
      { name: 'features', dtype: 'f32', shape: [batch, width] },
      { name: 'targets', dtype: 'f32', shape: [batch, classes] },
    ],
    loss: (b, parameters, input) =>
      softTargetCrossEntropy(b, model.classify(b, parameters, input('features')), input('targets')),
  };
  const zeros = new Map(
    headTable.map(({ name, shape }) => [name, { shape, data: new Float32Array(elementCount(shape)) }]),
  );
  const result: TrainingResult = await train(
    {
      task,
      initial: zeros,
      optimizer: adamw(),
      weightDecay,
      schedule: warmupCosine({ peak: lr, steps: stepsPerEpoch * epochs, warmupSteps: 0 }),
      clip: null,
      batches: featureBatches({ ...data, features }, { batch, classes, seed, stepsPerEpoch }),
    },
    environment,
  );
  const trained = folded(result.parameters, scale);
  return { head: trained, finalLoss: result.finalLoss, trainAccuracy: accuracy(data, trained) };
}

function featureBatches(
  { features, labels, width }: LabelledFeatures,
  { batch, classes, seed, stepsPerEpoch }: { batch: number; classes: number; seed: number; stepsPerEpoch: number },
): BatchSource {
  const order = epochOrder(seed, labels.length);
  return {
    batchSize: batch,
    at: (step) => {
      const epoch = Math.floor(step / stepsPerEpoch);
      const start = (step % stepsPerEpoch) * batch;
      const rows = new Float32Array(batch * width);
      const examples = order(epoch).subarray(start, start + batch);
      for (const [row, example] of examples.entries()) {
        rows.set(features.subarray(example * width, (example + 1) * width), row * width);
      }
      const chosen = Array.from(examples, (example) => labels[example] ?? 0);
      return {
        features: { dtype: 'f32', shape: [batch, width], data: rows },
        targets: { dtype: 'f32', shape: [batch, classes], data: smoothedTargets(chosen, classes, 0) },
      };
    },
  };
}

function standardised({ features, width }: LabelledFeatures, { mean, deviation }: Standardisation): Float32Array {
  return features.map((value, i) => (value - (mean[i % width] ?? 0)) / (deviation[i % width] ?? 1));
}

/** The head of standardised features as a head of plain ones. */
function folded(head: NamedTensors, scale: Standardisation): NamedTensors {
  const weight = tensor(head, 'head.weight');
  const bias = tensor(head, 'head.bias');
  const plain = foldedHead({ weight: weight.data, bias: bias.data }, scale);
  return new Map([
    ['head.weight', { shape: weight.shape, data: Float32Array.from(plain.weight) }],
    ['head.bias', { shape: bias.shape, data: Float32Array.from(plain.bias) }],
  ]);
}

function accuracy({ features, labels, width }: LabelledFeatures, head: NamedTensors): number {
  const weight = tensor(head, 'head.weight').data;
  const bias = tensor(head, 'head.bias').data;
  let right = 0;
  for (let example = 0; example < labels.length; example++) {
    let best = 0;
    let highest = Number.NEGATIVE_INFINITY;
    for (let row = 0; row < bias.length; row++) {
      let logit = bias[row] ?? 0;
      for (let i = 0; i < width; i++) logit += (weight[row * width + i] ?? 0) * (features[example * width + i] ?? 0);
      if (logit > highest) [best, highest] = [row, logit];
    }
    if (best === labels[example]) right++;
  }
  return right / labels.length;
}

function tensor(head: NamedTensors, name: string): { readonly shape: readonly number[]; readonly data: Float32Array } {
  const found = head.get(name);
  if (found === undefined) throw new Error(`The probe gave no ${name}.`);
  return found;
}
