import { StockpotEngineError } from '../../errors.js';
import { encodeTextModel, loadTextModel } from '../../models/text/load-text-model.js';
import type { FinetuneParameters } from '../../recipe/parameters.js';
import { textBatches, textTrainee, trainingLength } from '../../training/text-classification.js';
import { inputOf, type StepContext } from '../definition.js';
import type { FineTuningSubject } from '../fine-tuning-subject.js';
import { selectionScore } from '../selection-score.js';
import { textAnswers } from './answer-text.js';
import { openTexts, tokensOf } from './text-data.js';

/** Options of a training that change pictures. */
const OF_IMAGES = ['mixup', 'cutmix', 'random_erasing'] as const;

export class TextTrainingError extends StockpotEngineError {}

/**
 * A text model on a dataset of texts. Its networks are as long as the texts of a batch ask for.
 *
 * @throws {TextTrainingError} for options that only pictures have, and for a start that no text model has
 */
export async function textSubject(parameters: FinetuneParameters, context: StepContext): Promise<FineTuningSubject> {
  const told = [
    ...(parameters.augmentation === 'none' ? [] : ['augmentation']),
    ...OF_IMAGES.filter((option) => parameters[option] !== undefined),
  ];
  if (told.length > 0) {
    const advice = 'Leave it out for a dataset of text.';
    throw new TextTrainingError(`A text model cannot be trained with ${told.join(', ')}.`, advice);
  }
  if (context.inputs.start !== undefined) {
    throw new TextTrainingError(
      'A text model was to be fine-tuned from an ingredient that was trained without labels, and there is none for text.',
      'Leave `from` out.',
    );
  }
  const { batch, epochs, seed, split: name, early_stopping: stopping } = parameters;
  const stock = await loadTextModel(inputOf(context, 'stock').path, 'The stock');
  const { model, tensors, architecture, metadata } = stock;
  const splits = [name, ...(stopping === undefined ? [] : [stopping.split])];
  const dataset = await openTexts(context, ...splits);
  const { classes, classNames } = dataset;
  const split = dataset.split(name);
  const sequences = await tokensOf(split, stock, context.signal);
  const labels = split.labels();
  const selected = stopping === undefined ? [] : await tokensOf(dataset.split(stopping.split), stock, context.signal);
  // On cuda several steps are one run, in which all batches have one shape.
  const lengths = context.device === 'cuda' ? 'one' : 'by batch';
  return {
    ...{ tensors, classes, classNames, architecture },
    trainee: textTrainee(model, trainingLength(sequences)),
    described: new Map(Object.entries(metadata)),
    batches: textBatches({ name, sequences, labels }, { batch, epochs, seed, lengths }),
    score: (other) =>
      selectionScore(dataset, other, (found) => textAnswers(found, architecture, selected, context), context.signal),
    encode: (found, provenance) => encodeTextModel(found, stock, provenance),
    [Symbol.asyncDispose]: async () => undefined,
  };
}
