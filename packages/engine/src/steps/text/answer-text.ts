import type { Labels } from '../../data/split.js';
import { CancelledError } from '../../errors.js';
import { EvaluationError } from '../../evaluation/errors.js';
import type { EvaluationProtocol } from '../../evaluation/protocol.js';
import type { Tensor } from '../../graph/tensor.js';
import type { LoadedTextModel } from '../../models/text/load-text-model.js';
import { textNetwork } from '../../training/text-inference.js';
import type { StepContext } from '../definition.js';
import { openTexts, sequenceLength, tokensOf } from './text-data.js';

/** Texts in one run of the network. Results do not depend on it. */
const BATCH = 32;

/** The texts of a benchmark: their labels, and what a model answers to them. */
export interface BenchmarkTexts {
  readonly labels: Labels;
  /** Logits [n, classes] of a model, with the head that is among `tensors`. */
  answer(model: LoadedTextModel, tensors: ReadonlyMap<string, Tensor>): Promise<Float32Array<ArrayBuffer>>;
}

/** Collects the texts of a protocol, after checking that the dataset is the one it names. */
export async function benchmarkTexts(protocol: EvaluationProtocol, context: StepContext): Promise<BenchmarkTexts> {
  const { threads, device, signal, reporter } = context;
  const dataset = await openTexts(context, protocol.split.name);
  const split = dataset.split(protocol.split.name);
  if (
    dataset.manifest.contentHash !== protocol.dataset.contentHash ||
    split.contentHash !== protocol.split.contentHash
  ) {
    throw new EvaluationError(
      `The benchmark was fixed on the split '${protocol.split.name}' with hash ${protocol.split.contentHash}; the dataset's has ${split.contentHash}.`,
      'Run the recipe again: the benchmark is fixed anew on the data that is there.',
    );
  }
  return {
    labels: split.labels(protocol.positions),
    async answer(loaded, tensors) {
      const sequences = await tokensOf(split, loaded, signal, protocol.positions);
      const { model } = loaded;
      const options = { gives: 'logits', batch: BATCH, length: sequenceLength(model), threads, device } as const;
      await using network = await textNetwork(tensors, model, options);
      const logits = new Float32Array(sequences.length * network.width);
      for (let start = 0; start < sequences.length; start += BATCH) {
        if (signal.aborted) throw new CancelledError('The evaluation');
        logits.set(await network.run(sequences.slice(start, start + BATCH)), start * network.width);
        reporter.progress({ done: Math.min(sequences.length, start + BATCH), total: sequences.length, unit: 'texts' });
      }
      return logits;
    },
  };
}
