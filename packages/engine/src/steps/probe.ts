import { z } from 'zod';
import { type Dataset, openDataset } from '../data/dataset.js';
import { CancelledError } from '../errors.js';
import { checkImages } from '../models/check-images.js';
import { type LoadedModel, loadModel } from '../models/load-model.js';
import { encodeModel } from '../models/save-model.js';
import { visionModel } from '../models/vision-model.js';
import { probeParameters } from '../recipe/parameters.js';
import { featureExtractor } from '../training/inference.js';
import { type LabelledFeatures, trainLinearProbe } from '../training/linear-probe.js';
import { defineStep, inputOf, type StepContext } from './definition.js';
import { stepImages } from './step-data.js';
import { jsonRecord, trainingEnvironment } from './training-summary.js';

/** Images that go through the frozen network at once. */
const FEATURE_BATCH = 64;

/** Trains a linear head on the stock's frozen features: the head that all ingredients start from (LP-FT). */
export const probe = defineStep({
  kind: 'probe',
  parameters: probeParameters,
  summary: z.strictObject({
    hyperparameters: jsonRecord,
    finalLoss: z.number(),
    trainAccuracy: z.number().min(0).max(1),
  }),
  async execute(parameters, context) {
    const { batch, epochs, lr, seed, weight_decay: weightDecay } = parameters;
    const { resolveSource, store } = context;
    const stock = await loadModel(inputOf(context, 'stock').path, 'The stock');
    const model = visionModel(stock.architecture);
    const dataset = await openDataset(inputOf(context, 'dataset').path, { resolveSource, splits: [parameters.split] });
    checkImages(model, dataset.split(parameters.split), stock.preprocessing);
    const data = await featuresOf(stock, dataset, parameters.split, context);
    const { head, finalLoss, trainAccuracy } = await trainLinearProbe(
      data,
      { model, classes: dataset.classes },
      { batch, epochs, lr, weightDecay, seed },
      trainingEnvironment('probe', parameters, context),
    );
    const { architecture, preprocessing } = stock;
    const output = await store.put(encodeModel(head, { architecture, preprocessing }), 'application/x-safetensors');
    const summary = { hyperparameters: jsonRecord.parse(parameters), finalLoss, trainAccuracy };
    return { outputs: { head: output }, summary };
  },
});

async function featuresOf(
  stock: LoadedModel,
  dataset: Dataset,
  name: string,
  context: StepContext,
): Promise<LabelledFeatures> {
  const { threads, device, signal } = context;
  const network = await featureExtractor(stock.tensors, stock.architecture, { batch: FEATURE_BATCH, threads, device });
  try {
    const { width } = network;
    const image = visionModel(stock.architecture).imageShape;
    await using images = stepImages(context, dataset, name, {
      ...{ image, normalise: stock.preprocessing, rows: FEATURE_BATCH },
    });
    const features = new Float32Array(images.n * width);
    for (let index = 0; index < images.chunks; index++) {
      if (signal.aborted) throw new CancelledError();
      features.set(await network.run(await images.chunk(index)), index * FEATURE_BATCH * width);
    }
    return { width, features, labels: dataset.split(name).labels() };
  } finally {
    await network.dispose();
  }
}
