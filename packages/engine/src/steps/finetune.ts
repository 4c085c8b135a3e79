import { readSafetensors } from '../checkpoints/safetensors.js';
import { assertSameModel } from '../models/compatibility.js';
import { checkFit } from '../models/fit.js';
import { namedTensors } from '../models/load-model.js';
import { finetuneParameters } from '../recipe/parameters.js';
import { classificationTask, labelledBatches } from '../training/fine-tuning.js';
import { layersOf } from '../training/layer-decay.js';
import { train } from '../training/train.js';
import { defineStep, inputOf } from './definition.js';
import { imageSubject } from './image-subject.js';
import { readsText } from './text/text-data.js';
import { textSubject } from './text/text-subject.js';
import { averaging, chosenTraining, inParts, type Trained } from './training-options.js';
import { trainingOutputs } from './training-outputs.js';
import { summarise, trainingEnvironment, trainingSummary } from './training-summary.js';

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
    const { batch, seed, early_stopping: stopping } = parameters;
    const { drop_path: rate = 0, freeze = [], label_smoothing: labelSmoothing } = parameters;
    await using subject = await ((await readsText(context)) ? textSubject : imageSubject)(parameters, context);
    const { trainee, classes, batches } = subject;
    const origin = { stock: inputOf(context, 'stock').hash, head: inputOf(context, 'head').hash };
    const head = await readSafetensors(inputOf(context, 'head').path);
    checkFit(head.tensors, trainee.head(classes), 'The head');
    assertSameModel(
      { source: 'the stock', metadata: subject.described },
      { source: 'The head', metadata: head.metadata },
    );

    const { accumulate } = inParts(parameters, context.device);
    const drops = rate === 0 ? {} : { dropPath: { layers: layersOf(trainee.layers, 'Drop path'), rate, seed } };
    const trained: Trained = {
      task: classificationTask(trainee, classes, batch / accumulate, { dropPath: rate > 0, freeze }),
      model: trainee,
      batches: labelledBatches(batches, { batch, classes, labelSmoothing, ...drops }),
      ...{ stepsPerEpoch: batches.stepsPerEpoch, steps: batches.steps },
      score: stopping === undefined ? null : subject.score(stopping.split),
    };
    const { device } = context;
    const result = await train(
      {
        ...chosenTraining(parameters, trained, { clip: GRADIENT_NORM_LIMIT, settings: parameters, device }),
        initial: new Map([
          ...namedTensors(subject.tensors, trainee.parameters),
          ...namedTensors(head.tensors, trainee.head(classes)),
        ]),
      },
      trainingEnvironment('finetune', parameters, context),
    );
    const provenance = { origin, classes: subject.classNames, ...averaging(parameters) };
    return {
      outputs: await trainingOutputs(result, (tensors) => subject.encode(tensors, provenance), context.store),
      summary: summarise({ ...parameters, architecture: subject.architecture }, result),
    };
  },
});
