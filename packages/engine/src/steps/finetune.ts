import { readSafetensors } from '../checkpoints/safetensors.js';
import { trainingBatches } from '../data/batches.js';
import { openDataset } from '../data/dataset.js';
import { checkImages } from '../models/check-images.js';
import { checkFit } from '../models/fit.js';
import { loadModel, namedTensors } from '../models/load-model.js';
import { encodeModel } from '../models/save-model.js';
import { visionModel } from '../models/vision-model.js';
import { finetuneParameters } from '../recipe/parameters.js';
import { fineTuningTask, labelledBatches } from '../training/fine-tuning.js';
import { adamw } from '../training/optimizers/adamw.js';
import { warmupCosine } from '../training/schedules/cosine.js';
import { train } from '../training/train.js';
import { defineStep, inputOf } from './definition.js';
import { summarise, trainingEnvironment, trainingSummary } from './training-summary.js';

/** The bound of the gradient's norm in the soups paper's trainer. */
const GRADIENT_NORM_LIMIT = 1;

/**
 * Fine-tunes the stock with the probe's head on top: an ingredient. With an input `start`, an ingredient of the same stock
 * that was trained without labels takes its place; the head stays the stock's, so that all can be averaged. A stock or a head that does not fit the architecture
 * is refused before a step is taken or a byte written, with the tensor's name and both shapes.
 */
export const finetune = defineStep({
  kind: 'finetune',
  parameters: finetuneParameters,
  summary: trainingSummary,
  async execute(parameters, context) {
    const { batch, epochs, lr, seed, warmup, weight_decay: weightDecay, augmentation } = parameters;
    const { resolveSource, store } = context;
    const origin = { stock: inputOf(context, 'stock').hash, head: inputOf(context, 'head').hash };
    const start = context.inputs.start === undefined ? 'stock' : 'start';
    const stock = await loadModel(
      inputOf(context, start).path,
      start === 'stock' ? 'The stock' : 'The model to start from',
    );
    const { architecture, preprocessing, carried } = stock;
    const model = visionModel(architecture);
    const dataset = await openDataset(inputOf(context, 'dataset').path, { resolveSource, splits: [parameters.split] });
    checkImages(model, dataset);
    const { classes, classNames, image } = dataset;
    const head = await readSafetensors(inputOf(context, 'head').path);
    checkFit(head.tensors, model.head(classes), 'The head');

    const split = dataset.split(parameters.split);
    const batches = trainingBatches({ split, batch, epochs, seed, augmentation, normalise: preprocessing });
    const labelSmoothing = parameters.label_smoothing;
    const result = await train(
      {
        task: fineTuningTask(model, classes, batch),
        initial: new Map([
          ...namedTensors(stock.tensors, model.parameters),
          ...namedTensors(head.tensors, model.head(classes)),
        ]),
        optimizer: adamw(),
        weightDecay,
        schedule: warmupCosine({ peak: lr, steps: batches.steps, warmupSteps: Math.round(warmup * batches.steps) }),
        clip: GRADIENT_NORM_LIMIT,
        batches: labelledBatches(batches, { batch, image, classes, labelSmoothing }),
      },
      trainingEnvironment('finetune', parameters, context),
    );
    const bytes = encodeModel(
      result.parameters,
      { architecture, preprocessing },
      { origin, classes: classNames, carried },
    );
    const checkpoint = await store.put(bytes, 'application/x-safetensors');
    return { outputs: { checkpoint }, summary: summarise({ ...parameters, architecture }, result) };
  },
});
