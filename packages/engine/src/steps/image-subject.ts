import { type Dataset, openDataset } from '../data/dataset.js';
import { shownArchitecture } from '../models/architecture.js';
import { checkImages } from '../models/check-images.js';
import { type LoadedModel, loadModel } from '../models/load-model.js';
import { modelMetadata } from '../models/metadata.js';
import { encodeModel } from '../models/save-model.js';
import { visionModel } from '../models/vision-model.js';
import type { FinetuneParameters } from '../recipe/parameters.js';
import { imageBatches, imageTrainee } from '../training/fine-tuning.js';
import { classifier } from '../training/inference.js';
import { inputOf, type StepContext } from './definition.js';
import type { FineTuningSubject } from './fine-tuning-subject.js';
import { type Answers, selectionScore } from './selection-score.js';
import { stepBatches, stepImages } from './step-data.js';

/** Images that go through the network at once when a model is scored. */
const BATCH = 100;

/** What happens to a batch beyond its augmentation. */
function changes({ mixup = 0, cutmix = 0, random_erasing: probability = 0 }: FinetuneParameters) {
  return {
    ...(mixup === 0 && cutmix === 0 ? {} : { mixing: { mixup, cutmix } }),
    ...(probability === 0 ? {} : { erasing: { probability, with: 'noise' as const } }),
  };
}

/** A model of images, or what was trained from it without labels, on a dataset of images. */
export async function imageSubject(parameters: FinetuneParameters, context: StepContext): Promise<FineTuningSubject> {
  const { batch, epochs, seed, augmentation, early_stopping: stopping } = parameters;
  const { resolveSource } = context;
  const start = context.inputs.start === undefined ? 'stock' : 'start';
  const stock = await loadModel(
    inputOf(context, start).path,
    start === 'stock' ? 'The stock' : 'The model to start from',
  );
  const { architecture, preprocessing, carried, tensors } = stock;
  const model = visionModel(architecture);
  const image = model.imageShape;
  const splits = [parameters.split, ...(stopping === undefined ? [] : [stopping.split])];
  const dataset = await openDataset(inputOf(context, 'dataset').path, { resolveSource, splits });
  for (const split of splits) checkImages(model, dataset.split(split), preprocessing);
  const { classes, classNames } = dataset;
  const batches = stepBatches(context, dataset, parameters.split, {
    ...{ batch, epochs, seed, augmentation, normalise: preprocessing, image, ...changes(parameters) },
  });
  return {
    ...{ tensors, classes, classNames },
    trainee: imageTrainee(model),
    described: new Map(Object.entries(modelMetadata({ architecture, preprocessing }))),
    architecture: shownArchitecture(architecture),
    batches: imageBatches(batches, { batch, image }),
    score: (split) =>
      selectionScore(dataset, split, (found) => answers(found, stock, dataset, split, context), context.signal),
    encode: (found, provenance) => encodeModel(found, { architecture, preprocessing }, { ...provenance, carried }),
    [Symbol.asyncDispose]: () => batches[Symbol.asyncDispose](),
  };
}

async function* answers(
  tensors: LoadedModel['tensors'],
  { architecture, preprocessing }: Pick<LoadedModel, 'architecture' | 'preprocessing'>,
  dataset: Dataset,
  split: string,
  context: StepContext,
): AsyncGenerator<Answers> {
  const { threads, device } = context;
  const network = await classifier(tensors, architecture, { batch: BATCH, threads, device });
  try {
    const image = visionModel(architecture).imageShape;
    await using images = stepImages(context, dataset, split, { image, normalise: preprocessing, rows: BATCH });
    for (let index = 0; index < images.chunks; index++) {
      yield { classes: network.classes, logits: await network.logits(await images.chunk(index)) };
    }
  } finally {
    await network.dispose();
  }
}
