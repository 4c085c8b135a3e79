import { z } from 'zod';
import { openDataset } from '../data/dataset.js';
import { loadTestImages } from '../data/loader/index.js';
import { CancelledError } from '../errors.js';
import { checkImages } from '../models/check-images.js';
import { loadModel } from '../models/load-model.js';
import { visionModel } from '../models/vision-model.js';
import { featuresParameters } from '../recipe/parameters.js';
import { featureExtractor } from '../training/inference.js';
import { choosePositions } from './choose-positions.js';
import { defineStep, inputOf } from './definition.js';
import { encodeFeatures } from './measures/feature-input.js';
import { readsText } from './text/text-data.js';
import { featuresOfTexts } from './text/text-features.js';

/** Images in one run of the network. Results do not depend on it: the last run is padded. */
const BATCH = 100;

/**
 * Takes the features of a model for the examples of a split: what the network gives without its head, which it need not have.
 * Output `features` (safetensors f32 `features` [n, width] with i32 `labels`).
 */
export const features = defineStep({
  kind: 'features',
  parameters: featuresParameters,
  summary: z.strictObject({ n: z.int().min(1), width: z.int().min(1) }),
  async execute({ split: name, subset }, context) {
    if (await readsText(context)) return await featuresOfTexts({ split: name, subset }, context);
    const { threads, device, signal, reporter, resolveSource, store } = context;
    const { path } = inputOf(context, 'dataset');
    const dataset = await openDataset(path, { resolveSource, splits: [name] });
    const split = dataset.split(name);
    const positions = choosePositions(split, subset);
    const { tensors, architecture, preprocessing } = await loadModel(inputOf(context, 'model').path, 'The model');
    const model = visionModel(architecture);
    checkImages(model, split, preprocessing);
    const network = await featureExtractor(tensors, architecture, { batch: BATCH, threads, device });
    try {
      const { width } = network;
      await using images = loadTestImages({
        plan: { image: model.imageShape, normalise: preprocessing, positions },
        ...{ dataset, split: name, manifest: path, folder: resolveSource(dataset.manifest.source) },
      });
      const rows = new Float32Array(images.n * width);
      const started = performance.now();
      let at = 0;
      for (let index = 0; index < images.chunks; index++) {
        if (signal.aborted) throw new CancelledError('The features');
        const some = await network.run(await images.chunk(index));
        rows.set(some, at);
        at += some.length;
        const done = at / width;
        const rate = done / ((performance.now() - started) / 1000);
        reporter.progress({ done, total: images.n, unit: 'images', rate });
      }
      const set = { width, features: rows, labels: split.labels(positions) };
      const file = encodeFeatures(set, { split, positions });
      return {
        outputs: { features: await store.put(file, 'application/x-safetensors') },
        summary: { n: positions.length, width },
      };
    } finally {
      await network.dispose();
    }
  },
});
