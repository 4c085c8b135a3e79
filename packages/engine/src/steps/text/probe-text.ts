import { encodeTextModel, loadTextModel } from '../../models/text/load-text-model.js';
import type { ProbeParameters } from '../../recipe/parameters.js';
import { trainLinearProbe } from '../../training/linear-probe.js';
import { textNetwork } from '../../training/text-inference.js';
import { inputOf, type StepContext } from '../definition.js';
import { jsonRecord, trainingEnvironment } from '../training-summary.js';
import { openTexts, tokensOf } from './text-data.js';

/** Texts that go through the frozen network at once. */
const BATCH = 32;

/** The head that all ingredients start from, trained on a text model's frozen features. */
export async function probeText(
  parameters: Extract<ProbeParameters, { algorithm: 'linear-probe' }>,
  context: StepContext,
) {
  const { batch, epochs, lr, seed, weight_decay: weightDecay } = parameters;
  const { threads, device, signal, store } = context;
  const stock = await loadTextModel(inputOf(context, 'stock').path, 'The stock');
  const { model, tensors, architecture } = stock;
  const dataset = await openTexts(context, parameters.split);
  const split = dataset.split(parameters.split);
  const sequences = await tokensOf(split, stock, signal);
  await using network = await textNetwork(tensors, architecture, { gives: 'features', batch: BATCH, threads, device });
  const features = await network.run(sequences);
  const { head, finalLoss, trainAccuracy } = await trainLinearProbe(
    { width: network.width, features, labels: split.labels() },
    { model, classes: dataset.classes },
    { batch, epochs, lr, weightDecay, seed },
    trainingEnvironment('probe', parameters, context),
  );
  const output = await store.put(encodeTextModel(head, stock), 'application/x-safetensors');
  return {
    outputs: { head: output },
    summary: { hyperparameters: jsonRecord.parse(parameters), finalLoss, trainAccuracy },
  };
}
