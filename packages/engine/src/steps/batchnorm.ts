import { openSafetensors, readSafetensors } from '../checkpoints/safetensors.js';
import { openDataset } from '../data/dataset.js';
import type { Split } from '../data/split.js';
import { checkImages } from '../models/check-images.js';
import { visionModel } from '../models/vision-model.js';
import { type BatchNormParameters, batchNormParameters } from '../recipe/parameters.js';
import { describedStatistics } from '../soups/batch-norm/described.js';
import { estimateBatchNorm } from '../soups/batch-norm/estimate.js';
import { type NormalisedNetwork, normalisedNetwork } from '../soups/batch-norm/normalised-network.js';
import { certifiedMeasurement } from '../soups/certificate.js';
import { recordOf, SoupError, soupSummary } from '../soups/index.js';
import { choosePositions } from './choose-positions.js';
import { defineStep, inputOf, type StepContext } from './definition.js';
import { stepImages } from './step-data.js';
import { storeSoup } from './stored-soup.js';
import { readsText } from './text/text-data.js';

/**
 * Estimates the running statistics of a soup's batch normalisation again: a model of its own, whose weights are the soup's.
 * Inputs: the soup as `ingredients`, its `certificates`, and the `dataset` whose images it is shown, without their labels. Outputs:
 * `checkpoint` and its `certificate`, in which the images are named.
 */
export const batchnorm = defineStep({
  kind: 'batchnorm',
  parameters: batchNormParameters,
  summary: soupSummary.extend({ measured: certifiedMeasurement }),
  async execute(parameters, context) {
    const { method, ...told } = parameters;
    const soup = inputOf(context, 'ingredients');
    const network = await networkOf(soup.path);
    const { found, examples } = await estimate(parameters, network, context);
    const described = describedStatistics(found, network.preprocessing, { examples, batch: parameters.batch });
    const mixture = { method: 'uniform', parameters: {}, members: [0] };
    const ingredients = [{ ...soup, name: `The soup (artifact ${soup.hash.slice(0, 12)})` }];
    const { certificate, outputs } = await storeSoup({ mixture, ingredients }, { described }, context);
    return {
      outputs,
      summary: {
        ...{ method, parameters: told, trace: [], rule: null, n: null },
        ...recordOf(mixture, certificate),
        effective: certificate.effective?.map(({ content, coefficient }) => ({ content, coefficient })) ?? null,
        measured: described.measured,
      },
    };
  },
});

async function networkOf(path: string): Promise<NormalisedNetwork> {
  const file = await openSafetensors(path);
  try {
    return normalisedNetwork(file.metadata, 'The soup');
  } finally {
    await file.close();
  }
}

/** Forward passes over the images of the split. */
async function estimate(
  { split: name, subset, batch }: BatchNormParameters,
  { architecture, preprocessing }: NormalisedNetwork,
  context: StepContext,
) {
  if (await readsText(context)) {
    throw new SoupError('Statistics are estimated on images; the dataset holds text.', 'Name a split of images.');
  }
  const { threads, device, signal, reporter, resolveSource } = context;
  const { path } = inputOf(context, 'dataset');
  const dataset = await openDataset(path, { resolveSource, splits: [name] });
  const split = dataset.split(name);
  const model = visionModel(architecture);
  checkImages(model, split, preprocessing);
  const positions = choosePositions(split, subset);
  const plan = { image: model.imageShape, normalise: preprocessing, positions, rows: batch };
  await using images = stepImages(context, dataset, name, plan);
  const { tensors } = await readSafetensors(inputOf(context, 'ingredients').path);
  const found = await estimateBatchNorm(
    architecture,
    tensors,
    { batch, count: Math.floor(images.n / batch), at: (index) => images.chunk(index) },
    { threads, device, signal, onProgress: (done, total) => reporter.progress({ done, total, unit: 'batches' }) },
  );
  return { found, examples: certifiedExamplesOf(dataset.manifest.contentHash, split, subset, positions.length) };
}

function certifiedExamplesOf(dataset: string, split: Split, subset: BatchNormParameters['subset'], n: number) {
  const from = subset === null ? split.name : `${split.name}:${subset.count}`;
  return { dataset, split: split.contentHash, from, seed: subset?.seed ?? 0, n, protocol: null };
}
