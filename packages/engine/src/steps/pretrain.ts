import type { BatchPlan } from '../data/batches.js';
import { type Dataset, openDataset, type Split } from '../data/dataset.js';
import { preprocessingOf } from '../data/measure-split.js';
import { StockpotEngineError } from '../errors.js';
import { architectureOf, type ImageArchitecture, shownArchitecture } from '../models/architecture.js';
import { checkImages } from '../models/check-images.js';
import { initialise, type NamedTensors } from '../models/initialise.js';
import { type LoadedModel, loadModel, namedTensors } from '../models/load-model.js';
import type { ModelDescription } from '../models/metadata.js';
import type { ParameterTable } from '../models/parameters.js';
import { encodeModel, type ModelProvenance } from '../models/save-model.js';
import { type VisionModel, visionModel } from '../models/vision-model.js';
import { type PretrainParameters, pretrainParameters } from '../recipe/parameters.js';
import { ownOptions } from '../recipe/ssl-options.js';
import { type HeldOutLoss, heldOutLoss } from '../ssl/held-out-loss.js';
import { sslMethods } from '../ssl/methods.js';
import { preTrainingTask, unlabelledBatches, viewsOf } from '../ssl/pre-training.js';
import type { SslLoss } from '../ssl/ssl-method.js';
import { withFrozen } from '../training/freezing.js';
import { layersOf } from '../training/layer-decay.js';
import { assertWholeParts } from '../training/micro-batches.js';
import { train } from '../training/train.js';
import { defineStep, inputOf, type StepContext } from './definition.js';
import { stepBatches } from './step-data.js';
import { averaging, chosenTraining, inParts, type Trained } from './training-options.js';
import { trainingOutputs } from './training-outputs.js';
import { summarise, trainingEnvironment, trainingSummary } from './training-summary.js';

/**
 * Trains a model without labels by a self-supervised loss: a stock from its first values, or, where the input `stock` brings
 * one, an ingredient that goes on from it. The checkpoint keeps what the loss trained beside the encoder: a decoder, a head.
 */
export const pretrain = defineStep({
  kind: 'pretrain',
  parameters: pretrainParameters,
  summary: trainingSummary,
  async execute(parameters, context) {
    const { algorithm, split: name, batch, epochs, seed, freeze, drop_path: rate = 0 } = parameters;
    const { early_stopping: stopping } = parameters;
    const { resolveSource } = context;
    const splits = [name, ...(stopping === undefined ? [] : [stopping.split])];
    const dataset = await openDataset(inputOf(context, 'dataset').path, { resolveSource, splits });
    const split = dataset.split(name);
    const begin = await beginning(parameters, context, split);
    const { architecture, preprocessing } = begin;
    const model = visionModel(architecture);

    const bound = (images: number) =>
      sslMethods[algorithm].bind(architecture, ownOptions(algorithm, parameters), { batch: images, seed });
    const loss = bound(batch);
    // Images that see each other are encoded in parts; those that do not are whole trainings of a part.
    const together = loss.independent === undefined;
    const told = together ? { ...parameters, accumulate: 1 } : parameters;
    const { accumulate: parts = 1 } = parameters;
    assertWholeParts(batch, parts);
    const { accumulate } = inParts(told, context.device);
    const options = { dropPath: rate > 0, parts: together ? parts : 1 };
    const task = preTrainingTask(model, bound(batch / accumulate), batch / accumulate, options);
    const [channels] = model.imageShape;
    const plan = { batch, seed, ...viewsOf(loss), normalise: preprocessing, image: model.imageShape };
    await using batches = stepBatches(context, dataset, name, { ...plan, epochs });
    await using heldOut = heldOutOf(parameters, context, { dataset, model, loss, plan });
    const drops = rate === 0 ? {} : { dropPath: { layers: layersOf(model.layers, 'Drop path'), rate } };
    const trained: Trained = {
      ...{ task: withFrozen(task, freeze), model },
      after: new Set(loss.parameters.map(({ name: own }) => own)),
      batches: unlabelledBatches(batches, loss, { batch, channels, seed, ...drops }),
      ...{ stepsPerEpoch: batches.stepsPerEpoch, steps: batches.steps },
      score: heldOut === null ? null : (weights, state) => heldOut.score(weights, state),
    };
    // MAE's pre-training: a shorter memory of the squared gradients than torch's default.
    const settings = { ...parameters, ...(!begin.continues && algorithm === 'mae' ? { beta2: 0.95 } : {}) };
    const result = await train(
      {
        ...chosenTraining(told, trained, { clip: null, settings, device: context.device }),
        initial: begin.initial(task.parameters),
      },
      trainingEnvironment('pretrain', parameters, context),
    );
    const provenance = { ...begin.provenance, ...averaging(parameters) };
    const encode = (tensors: NamedTensors) => encodeModel(tensors, { architecture, preprocessing }, provenance);
    return {
      outputs: await trainingOutputs(result, encode, context.store),
      summary: summarise({ ...parameters, architecture: shownArchitecture(architecture) }, result),
    };
  },
});

/** The loss on the split that ends the training; null where none does. */
function heldOutOf(
  { early_stopping: stopping, batch, seed, split }: PretrainParameters,
  context: StepContext,
  of: {
    readonly dataset: Dataset;
    readonly model: VisionModel;
    readonly loss: SslLoss;
    readonly plan: Omit<BatchPlan, 'epochs'>;
  },
): HeldOutLoss | null {
  if (stopping === undefined) return null;
  const { dataset, model, loss, plan } = of;
  const { device, threads } = context;
  const [channels] = model.imageShape;
  const images = stepBatches(context, dataset, heldOutSplit(dataset, stopping.split, split), { ...plan, epochs: 1 });
  const scored = heldOutLoss({
    task: preTrainingTask(model, loss, batch),
    batches: unlabelledBatches(images, loss, { batch, channels, seed }),
    ...{ steps: images.steps, device, threads },
  });
  return {
    score: (weights, state) => scored.score(weights, state),
    async [Symbol.asyncDispose]() {
      await scored[Symbol.asyncDispose]();
      await images[Symbol.asyncDispose]();
    },
  };
}

/** Where a training without labels begins. */
interface Beginning extends ModelDescription {
  readonly architecture: ImageArchitecture;
  /** Whether it goes on from a stock. */
  readonly continues: boolean;
  readonly provenance: ModelProvenance;
  initial(table: ParameterTable): NamedTensors;
}

async function beginning(parameters: PretrainParameters, context: StepContext, split: Split): Promise<Beginning> {
  const { seed } = parameters;
  if (context.inputs.stock === undefined) {
    if (parameters.architecture === undefined) throw new NothingToTrainError();
    const architecture = architectureOf(parameters.architecture);
    const model = visionModel(architecture);
    checkImages(model, split);
    return {
      architecture,
      preprocessing: await preprocessingOf(split, model.imageShape),
      continues: false,
      provenance: {},
      initial: (table) => initialise(table, seed),
    };
  }
  const { hash, path } = inputOf(context, 'stock');
  const stock = await loadModel(path, 'The stock');
  const { architecture, preprocessing, carried } = stock;
  checkImages(visionModel(architecture), split, preprocessing);
  return {
    architecture,
    preprocessing,
    continues: true,
    provenance: { origin: { stock: hash }, carried },
    initial: (table) => continued(stock, table, seed),
  };
}

/**
 * The stock's own tensors, and first values for the rest. A decoder that the stock was trained with goes on where it fits: one
 * of fewer blocks takes the first blocks.
 */
function continued(stock: LoadedModel, table: ParameterTable, seed: number): NamedTensors {
  const known = table.filter(({ name, shape }) => {
    const found = stock.tensors.get(name);
    return found?.dtype === 'f32' && found.shape.join() === shape.join();
  });
  return new Map([...initialise(table, seed), ...namedTensors(stock.tensors, known)]);
}

export class NothingToTrainError extends StockpotEngineError {
  constructor() {
    super(
      'A training without labels was given neither an architecture nor a stock to go on from.',
      'The plan comes from another version of Stockpot. Compile the recipe again with this one.',
    );
  }
}

/**
 * A split that is not trained on, whose loss ends a training.
 *
 * @throws {StockpotEngineError} for the split that is trained on, and for one that models are judged by
 */
function heldOutSplit(dataset: Dataset, name: string, trained: string): string {
  const role = dataset.manifest.splits.find((one) => one.name === name)?.role;
  if (name !== trained && (role === 'selection' || role === 'unlabeled')) return name;
  throw new StockpotEngineError(
    `A training without labels was to be ended by its loss on '${name}', ${name === trained ? 'which it is trained on' : `whose role is ${role}`}.`,
    'End it by another split with the role selection or unlabeled.',
  );
}
