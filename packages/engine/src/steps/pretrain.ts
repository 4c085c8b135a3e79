import { openDataset, type Split } from '../data/dataset.js';
import { preprocessingOf } from '../data/measure-split.js';
import { StockpotEngineError } from '../errors.js';
import { architectureOf, type ImageArchitecture, shownArchitecture } from '../models/architecture.js';
import { checkImages } from '../models/check-images.js';
import { initialise, type NamedTensors } from '../models/initialise.js';
import { type LoadedModel, loadModel, namedTensors } from '../models/load-model.js';
import type { ModelDescription } from '../models/metadata.js';
import type { ParameterTable } from '../models/parameters.js';
import { encodeModel, type ModelProvenance } from '../models/save-model.js';
import { visionModel } from '../models/vision-model.js';
import { type PretrainParameters, pretrainParameters } from '../recipe/parameters.js';
import { ownOptions } from '../recipe/ssl-options.js';
import { sslMethods } from '../ssl/methods.js';
import { preTrainingTask, unlabelledBatches, viewsOf } from '../ssl/pre-training.js';
import { withFrozen } from '../training/freezing.js';
import { train } from '../training/train.js';
import { defineStep, inputOf, type StepContext } from './definition.js';
import { stepBatches } from './step-data.js';
import { averaging, optimisation, snapshotsOf } from './training-options.js';
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
    const { algorithm, split: name, batch, epochs, seed, freeze } = parameters;
    const { resolveSource } = context;
    const dataset = await openDataset(inputOf(context, 'dataset').path, { resolveSource, splits: [name] });
    const split = dataset.split(name);
    const begin = await beginning(parameters, context, split);
    const { architecture, preprocessing } = begin;
    const model = visionModel(architecture);

    const loss = sslMethods[algorithm].bind(architecture, ownOptions(algorithm, parameters), { batch, seed });
    const task = withFrozen(preTrainingTask(model, loss, batch), freeze);
    const [channels] = model.imageShape;
    await using batches = stepBatches(context, dataset, name, {
      ...{ batch, epochs, seed, ...viewsOf(loss), normalise: preprocessing, image: model.imageShape },
    });
    const result = await train(
      {
        task,
        initial: begin.initial(task.parameters),
        ...optimisation(parameters, {
          batches,
          clip: null,
          // MAE's pre-training: a shorter memory of the squared gradients than torch's default.
          settings: { ...parameters, ...(!begin.continues && algorithm === 'mae' ? { beta2: 0.95 } : {}) },
        }),
        ...snapshotsOf(parameters),
        batches: unlabelledBatches(batches, loss, { batch, channels, seed }),
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
