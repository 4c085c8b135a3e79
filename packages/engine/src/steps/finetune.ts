import { readSafetensors } from '../checkpoints/safetensors.js';
import { openDataset } from '../data/dataset.js';
import { shownArchitecture } from '../models/architecture.js';
import { checkImages } from '../models/check-images.js';
import { assertSameModel } from '../models/compatibility.js';
import { checkFit } from '../models/fit.js';
import type { NamedTensors } from '../models/initialise.js';
import { loadModel, namedTensors } from '../models/load-model.js';
import { modelMetadata } from '../models/metadata.js';
import { encodeModel } from '../models/save-model.js';
import { visionModel } from '../models/vision-model.js';
import { type FinetuneParameters, finetuneParameters } from '../recipe/parameters.js';
import { fineTuningTask, labelledBatches } from '../training/fine-tuning.js';
import { layersOf } from '../training/layer-decay.js';
import { microBatches } from '../training/micro-batches.js';
import { train } from '../training/train.js';
import { defineStep, inputOf } from './definition.js';
import { selectionScore } from './selection-score.js';
import { stepBatches } from './step-data.js';
import { finetuneText } from './text/finetune-text.js';
import { readsText } from './text/text-data.js';
import { averaging, inParts, layerRates, optimisation, snapshotsOf } from './training-options.js';
import { trainingOutputs } from './training-outputs.js';
import { summarise, trainingEnvironment, trainingSummary } from './training-summary.js';

/** What happens to a batch beyond its augmentation. */
function changes({ mixup = 0, cutmix = 0, random_erasing: probability = 0 }: FinetuneParameters) {
  return {
    ...(mixup === 0 && cutmix === 0 ? {} : { mixing: { mixup, cutmix } }),
    ...(probability === 0 ? {} : { erasing: { probability, with: 'noise' as const } }),
  };
}

/** The bound of the gradient's norm in the soups paper's trainer. */
const GRADIENT_NORM_LIMIT = 1;

/**
 * Fine-tunes the stock with the probe's head on top: an ingredient. With an input `start`, an ingredient of the same stock
 * that was trained without labels takes its place; the head stays the stock's, so that all can be averaged. A stock or a
 * head that does not fit the architecture is refused before a step is taken or a byte written, with the tensor's name and
 * both shapes. With `ema`, what is stored is the mean of the weights, and the checkpoint says so.
 */
export const finetune = defineStep({
  kind: 'finetune',
  parameters: finetuneParameters,
  summary: trainingSummary,
  async execute(parameters, context) {
    if (await readsText(context)) return await finetuneText(parameters, context);
    const { batch, epochs, seed, augmentation, early_stopping: stopping } = parameters;
    const { resolveSource } = context;
    const origin = { stock: inputOf(context, 'stock').hash, head: inputOf(context, 'head').hash };
    const start = context.inputs.start === undefined ? 'stock' : 'start';
    const stock = await loadModel(
      inputOf(context, start).path,
      start === 'stock' ? 'The stock' : 'The model to start from',
    );
    const { architecture, preprocessing, carried } = stock;
    const model = visionModel(architecture);
    const splits = [parameters.split, ...(stopping === undefined ? [] : [stopping.split])];
    const dataset = await openDataset(inputOf(context, 'dataset').path, { resolveSource, splits });
    for (const split of splits) checkImages(model, dataset.split(split), preprocessing);
    const { classes, classNames } = dataset;
    const head = await readSafetensors(inputOf(context, 'head').path);
    checkFit(head.tensors, model.head(classes), 'The head');
    const described = new Map(Object.entries(modelMetadata({ architecture, preprocessing })));
    assertSameModel({ source: 'the stock', metadata: described }, { source: 'The head', metadata: head.metadata });

    const { drop_path: rate = 0, freeze = [], label_smoothing: labelSmoothing } = parameters;
    const image = model.imageShape;
    await using batches = stepBatches(context, dataset, parameters.split, {
      ...{ batch, epochs, seed, augmentation, normalise: preprocessing, image, ...changes(parameters) },
    });
    const { accumulate, leastTurns } = inParts(parameters, context.device);
    const task = fineTuningTask(model, classes, batch / accumulate, { dropPath: rate > 0, freeze });
    const drops = rate === 0 ? {} : { dropPath: { layers: layersOf(model.layers, 'Drop path'), rate, seed } };
    const whole = labelledBatches(batches, { batch, image, classes, labelSmoothing, ...drops });
    const result = await train(
      {
        task,
        initial: new Map([
          ...namedTensors(stock.tensors, model.parameters),
          ...namedTensors(head.tensors, model.head(classes)),
        ]),
        ...optimisation(parameters, { batches, clip: GRADIENT_NORM_LIMIT, settings: parameters }),
        ...layerRates(model, parameters.layer_decay),
        accumulate,
        leastTurns,
        ...snapshotsOf(parameters),
        batches: microBatches(whole, task.inputs, accumulate),
        ...(stopping === undefined
          ? {}
          : {
              validation: {
                every: batches.stepsPerEpoch,
                patience: stopping.patience,
                minGain: stopping.min_gain ?? 0,
                score: selectionScore(dataset, stopping.split, { architecture, preprocessing }, context),
              },
            }),
      },
      trainingEnvironment('finetune', parameters, context),
    );
    const provenance = { origin, classes: classNames, carried, ...averaging(parameters) };
    const encode = (tensors: NamedTensors) => encodeModel(tensors, { architecture, preprocessing }, provenance);
    return {
      outputs: await trainingOutputs(result, encode, context.store),
      summary: summarise({ ...parameters, architecture: shownArchitecture(architecture) }, result),
    };
  },
});
