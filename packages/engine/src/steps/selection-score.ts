import type { Dataset } from '../data/dataset.js';
import type { Preprocessing } from '../data/preprocessing.js';
import { CancelledError, StockpotEngineError } from '../errors.js';
import type { Tensor } from '../graph/tensor.js';
import type { ImageArchitecture } from '../models/architecture.js';
import type { NamedTensors } from '../models/initialise.js';
import { visionModel } from '../models/vision-model.js';
import { classifier } from '../training/inference.js';
import type { StepContext } from './definition.js';
import { stepImages } from './step-data.js';

/** Images that go through the network at once. */
const BATCH = 100;

/**
 * The accuracy of a model on a split with the role selection, in 0 … 1: what ends a training early. Whoever uses it has
 * chosen by this split, so it must have that role here too, whatever wrote the plan.
 *
 * @throws {StockpotEngineError} for a split of another role
 */
export function selectionScore(
  dataset: Dataset,
  name: string,
  model: { readonly architecture: ImageArchitecture; readonly preprocessing: Preprocessing },
  context: StepContext,
): (parameters: NamedTensors) => Promise<number> {
  const split = dataset.split(name);
  const role = dataset.manifest.splits.find((one) => one.name === name)?.role;
  if (role !== 'selection') {
    throw new StockpotEngineError(
      `A training was to be ended by its score on '${name}', whose role is ${role}.`,
      'End it by a split with the role selection: what is chosen on a split cannot be judged on it.',
    );
  }
  const { threads, device, signal } = context;
  const { architecture, preprocessing } = model;
  const labels = split.labels();
  return async (parameters) => {
    const tensors = [...parameters].map(([key, { shape, data }]): [string, Tensor] => [
      key,
      { dtype: 'f32', shape, data },
    ]);
    const network = await classifier(new Map(tensors), architecture, { batch: BATCH, threads, device });
    try {
      const image = visionModel(architecture).imageShape;
      await using images = stepImages(context, dataset, name, { image, normalise: preprocessing, rows: BATCH });
      let right = 0;
      for (let index = 0; index < images.chunks; index++) {
        if (signal.aborted) throw new CancelledError('The training');
        const logits = await network.logits(await images.chunk(index));
        for (let row = 0; row < logits.length / network.classes; row++) {
          if (largest(logits, row * network.classes, network.classes) === labels[index * BATCH + row]) right++;
        }
      }
      return right / split.n;
    } finally {
      await network.dispose();
    }
  };
}

/** The position of the largest of `count` numbers from `start`, the first of equals. */
function largest(numbers: Float32Array, start: number, count: number): number {
  let best = 0;
  for (let at = 1; at < count; at++) {
    if ((numbers[start + at] ?? 0) > (numbers[start + best] ?? 0)) best = at;
  }
  return best;
}
