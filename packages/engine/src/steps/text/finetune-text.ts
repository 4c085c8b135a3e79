import { readSafetensors } from '../../checkpoints/safetensors.js';
import { StockpotEngineError } from '../../errors.js';
import { assertSameModel } from '../../models/compatibility.js';
import { checkFit } from '../../models/fit.js';
import type { NamedTensors } from '../../models/initialise.js';
import { namedTensors } from '../../models/load-model.js';
import { encodeTextModel, loadTextModel } from '../../models/text/load-text-model.js';
import type { FinetuneParameters } from '../../recipe/parameters.js';
import { textBatches, textClassificationTask } from '../../training/text-classification.js';
import { train } from '../../training/train.js';
import { inputOf, type StepContext } from '../definition.js';
import { averaging, optimisation, snapshotsOf } from '../training-options.js';
import { trainingOutputs } from '../training-outputs.js';
import { summarise, trainingEnvironment } from '../training-summary.js';
import { openTexts, sequenceLength, tokensOf } from './text-data.js';

/** The bound of the gradient's norm in the soups paper's trainer. */
const GRADIENT_NORM_LIMIT = 1;

/** Options of a training that are of images, or that text models do not have yet. */
const OF_IMAGES = [
  'mixup',
  'cutmix',
  'random_erasing',
  'drop_path',
  'freeze',
  'accumulate',
  'layer_decay',
  'early_stopping',
] as const;

export class TextTrainingError extends StockpotEngineError {}

/** Fine-tunes a text model with the probe's head on top. What a text model cannot be told is refused before a step is taken. */
export async function finetuneText(parameters: FinetuneParameters, context: StepContext) {
  const told = [
    ...(parameters.augmentation === 'none' ? [] : ['augmentation']),
    ...OF_IMAGES.filter((option) => parameters[option] !== undefined),
  ];
  if (told.length > 0) {
    const advice = 'Leave it out for a dataset of text.';
    throw new TextTrainingError(`A text model cannot be trained with ${told.join(', ')}.`, advice);
  }
  const { batch, epochs, seed, label_smoothing: labelSmoothing } = parameters;
  const origin = { stock: inputOf(context, 'stock').hash, head: inputOf(context, 'head').hash };
  const stock = await loadTextModel(inputOf(context, 'stock').path, 'The stock');
  const { model, tensors } = stock;
  const dataset = await openTexts(context, parameters.split);
  const split = dataset.split(parameters.split);
  const { classes, classNames } = dataset;
  const head = await readSafetensors(inputOf(context, 'head').path);
  checkFit(head.tensors, model.head(classes), 'The head');
  assertSameModel(
    { source: 'the stock', metadata: new Map(Object.entries(stock.metadata)) },
    { source: 'The head', metadata: head.metadata },
  );
  const sequences = await tokensOf(split, stock, context.signal);
  const labels = split.labels();
  const batches = textBatches({ sequences, labels }, { batch, epochs, classes, labelSmoothing, seed });
  const result = await train(
    {
      task: textClassificationTask(model, classes, batch, sequenceLength(model)),
      initial: new Map([
        ...namedTensors(tensors, model.parameters),
        ...namedTensors(head.tensors, model.head(classes)),
      ]),
      ...optimisation(parameters, { batches, clip: GRADIENT_NORM_LIMIT, settings: parameters }),
      ...snapshotsOf(parameters),
      batches,
    },
    trainingEnvironment('finetune', parameters, context),
  );
  const provenance = { origin, classes: classNames, ...averaging(parameters) };
  const encode = (parameters: NamedTensors) => encodeTextModel(parameters, stock, provenance);
  return {
    outputs: await trainingOutputs(result, encode, context.store),
    summary: summarise({ ...parameters, architecture: stock.architecture }, result),
  };
}
