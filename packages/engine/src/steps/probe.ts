import { z } from 'zod';
import { openDataset, type Split } from '../data/dataset.js';
import { normaliseImages } from '../data/preprocessing.js';
import { CancelledError } from '../errors.js';
import { checkImages } from '../models/check-images.js';
import { type LoadedModel, loadModel } from '../models/load-model.js';
import { encodeModel } from '../models/save-model.js';
import { visionModel } from '../models/vision-model.js';
import { probeParameters } from '../recipe/parameters.js';
import { featureExtractor } from '../training/inference.js';
import { type LabelledFeatures, trainLinearProbe } from '../training/linear-probe.js';
import { defineStep, inputOf, type StepContext } from './definition.js';
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
    checkImages(model, dataset);
    const data = await featuresOf(stock, dataset.split(parameters.split), context);
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

async function featuresOf(stock: LoadedModel, split: Split, context: StepContext): Promise<LabelledFeatures> {
  const { threads, device, signal } = context;
  const network = await featureExtractor(stock.tensors, stock.architecture, { batch: FEATURE_BATCH, threads, device });
  try {
    const { width } = network;
    const features = new Float32Array(split.n * width);
    for (let start = 0; start < split.n; start += FEATURE_BATCH) {
      if (signal.aborted) throw new CancelledError();
      const count = Math.min(FEATURE_BATCH, split.n - start);
      const pixels = split.images(Uint32Array.from({ length: count }, (_, index) => start + index));
      features.set(await network.run(normaliseImages(pixels, split.image, stock.preprocessing)), start * width);
    }
    return { width, features, labels: split.labels() };
  } finally {
    await network.dispose();
  }
}
