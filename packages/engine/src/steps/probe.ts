import { z } from 'zod';
import { type Dataset, openDataset } from '../data/dataset.js';
import { CancelledError } from '../errors.js';
import { checkImages } from '../models/check-images.js';
import { CheckpointFitError, checkFit, type TensorShape } from '../models/fit.js';
import type { NamedTensors } from '../models/initialise.js';
import { type LoadedModel, loadModel } from '../models/load-model.js';
import { encodeModel } from '../models/save-model.js';
import { visionModel } from '../models/vision-model.js';
import { readTextEmbeddings, zeroShotHead } from '../models/zero-shot-head.js';
import { type ProbeParameters, probeParameters } from '../recipe/parameters.js';
import { featureExtractor } from '../training/inference.js';
import { type LabelledFeatures, trainLinearProbe } from '../training/linear-probe.js';
import { defineStep, inputOf, type StepContext } from './definition.js';
import { stepImages } from './step-data.js';
import { probeText } from './text/probe-text.js';
import { readsText } from './text/text-data.js';
import { jsonRecord, trainingEnvironment } from './training-summary.js';

/** Images that go through the frozen network at once. */
const FEATURE_BATCH = 64;

/**
 * Makes the head that all ingredients start from: trained on the stock's frozen features (LP-FT), or, of a stock that was
 * trained with text, made of what the text says.
 */
export const probe = defineStep({
  kind: 'probe',
  parameters: probeParameters,
  summary: z.strictObject({
    hyperparameters: jsonRecord,
    /** Of a head that was trained. */
    finalLoss: z.number().exactOptional(),
    trainAccuracy: z.number().min(0).max(1).exactOptional(),
  }),
  async execute(parameters, context) {
    if (parameters.algorithm === 'linear-probe' && (await readsText(context)))
      return await probeText(parameters, context);
    const { resolveSource, store } = context;
    const stock = await loadModel(inputOf(context, 'stock').path, 'The stock');
    const model = visionModel(stock.architecture);
    const dataset = await openDataset(inputOf(context, 'dataset').path, { resolveSource, splits: [parameters.split] });
    checkImages(model, dataset.split(parameters.split), stock.preprocessing);
    if (parameters.algorithm === 'zero-shot') return headOfText(parameters, stock, dataset, context);
    const { batch, epochs, lr, seed, weight_decay: weightDecay } = parameters;
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

/** The head that text embeddings make. Their classes must be those of the dataset, in its order where both name them. */
async function headOfText(
  parameters: Extract<ProbeParameters, { algorithm: 'zero-shot' }>,
  { architecture, preprocessing }: LoadedModel,
  { classes, classNames }: Dataset,
  { resolveSource, store }: StepContext,
) {
  const path = resolveSource(parameters.text_embeddings, 'checkpoint');
  const text = await readTextEmbeddings(path);
  const head = zeroShotHead(text.embeddings, architecture);
  checkFit(typesOf(head), visionModel(architecture).head(classes), 'The head of the text embeddings');
  const wrong = (text.classes ?? []).findIndex((name, row) => classNames !== null && classNames[row] !== name);
  if (wrong >= 0) {
    throw new CheckpointFitError(
      `Row ${wrong} of the text embeddings is the class '${text.classes?.[wrong]}', which the dataset calls '${classNames?.[wrong]}'.`,
      'Embed the classes in the order of the dataset.',
    );
  }
  const bytes = encodeModel(head, { architecture, preprocessing }, { classes: text.classes ?? classNames });
  const output = await store.put(bytes, 'application/x-safetensors');
  return { outputs: { head: output }, summary: { hyperparameters: jsonRecord.parse(parameters) } };
}

function typesOf(tensors: NamedTensors): ReadonlyMap<string, TensorShape> {
  return new Map([...tensors].map(([name, { shape }]) => [name, { dtype: 'f32', shape }]));
}

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
