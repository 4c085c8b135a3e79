import { CancelledError } from '../../errors.js';
import { loadTextModel } from '../../models/text/load-text-model.js';
import type { FeaturesParameters } from '../../recipe/parameters.js';
import { textNetwork } from '../../training/text-inference.js';
import { choosePositions } from '../choose-positions.js';
import { inputOf, type StepContext } from '../definition.js';
import { encodeFeatures } from '../measures/feature-input.js';
import { openTexts, tokensOf } from './text-data.js';

/** Most texts in one run of a network. Results do not depend on it. */
const BATCH = 32;
/** Texts between two looks at the signal. */
const CHUNK = 512;

/** The features of a text model for the texts of a split: what a step `features` gives out. */
export async function featuresOfTexts({ split: name, subset }: FeaturesParameters, context: StepContext) {
  const { threads, device, signal, reporter, store } = context;
  const model = await loadTextModel(inputOf(context, 'model').path, 'The model');
  const dataset = await openTexts(context, name);
  const split = dataset.split(name);
  const positions = choosePositions(split, subset);
  const sequences = await tokensOf(split, model, signal, positions);
  const options = { gives: 'features', batch: BATCH, threads, device } as const;
  await using network = await textNetwork(model.tensors, model.architecture, options);
  const { width } = network;
  const rows = new Float32Array(sequences.length * width);
  const started = performance.now();
  for (let start = 0; start < sequences.length; start += CHUNK) {
    if (signal.aborted) throw new CancelledError('The features');
    const some = sequences.slice(start, start + CHUNK);
    rows.set(await network.run(some), start * width);
    const done = start + some.length;
    const rate = done / ((performance.now() - started) / 1000);
    reporter.progress({ done, total: sequences.length, unit: 'texts', rate });
  }
  const file = encodeFeatures({ width, features: rows, labels: split.labels(positions) }, { split, positions });
  return {
    outputs: { features: await store.put(file, 'application/x-safetensors') },
    summary: { n: positions.length, width },
  };
}
