import type { Labels } from '../../data/split.js';
import { CancelledError } from '../../errors.js';
import { readTexts } from '../../evaluation/examples.js';
import type { EvaluationProtocol } from '../../evaluation/protocol.js';
import type { Tensor } from '../../graph/tensor.js';
import type { TextArchitecture } from '../../models/text/architecture.js';
import { type LoadedTextModel, loadTextModel } from '../../models/text/load-text-model.js';
import type { TokenSequence } from '../../models/text/tokenizer.js';
import { textNetwork } from '../../training/text-inference.js';
import { inputOf, type StepContext } from '../definition.js';
import { addHead } from '../network-answers.js';
import type { Answers } from '../selection-score.js';
import { tokensOf } from './text-data.js';

/** Most texts in one run of a network. Results do not depend on it. */
const BATCH = 32;
/** Texts between two looks at the signal: enough of them to fill the networks of several lengths. */
const CHUNK = 512;

/** Logits of a text model, with the head that is among `tensors`, chunk after chunk. */
export async function* textAnswers(
  tensors: ReadonlyMap<string, Tensor>,
  architecture: TextArchitecture,
  sequences: readonly TokenSequence[],
  { threads, device, signal }: Pick<StepContext, 'threads' | 'device' | 'signal'>,
): AsyncGenerator<Answers> {
  await using network = await textNetwork(tensors, architecture, { gives: 'logits', batch: BATCH, threads, device });
  for (let start = 0; start < sequences.length; start += CHUNK) {
    if (signal.aborted) throw new CancelledError('The evaluation');
    const chunk = sequences.slice(start, start + CHUNK);
    yield { classes: network.width, logits: await network.run(chunk) };
  }
}

/** The texts of a benchmark: their labels, and what a model answers to them. */
export interface BenchmarkTexts {
  readonly labels: Labels;
  /** Logits [n, classes] of a model, with the head that is among `tensors`. */
  answer(model: LoadedTextModel, tensors: ReadonlyMap<string, Tensor>): Promise<Float32Array<ArrayBuffer>>;
}

interface TextOptions {
  /** The input of the step that holds them. */
  readonly role?: 'dataset' | 'other';
  /** Where these texts are among all that the step goes through; left out, they are all. */
  readonly share?: { readonly before: number; readonly all: number };
}

/** Collects the texts that a protocol names, after checking that the dataset is the one it names. */
export async function benchmarkTexts(
  examples: Pick<EvaluationProtocol, 'dataset' | 'split' | 'positions'>,
  context: StepContext,
  { role = 'dataset', share }: TextOptions = {},
): Promise<BenchmarkTexts> {
  const { signal, reporter, resolveSource } = context;
  const { labels, split } = await readTexts(examples, inputOf(context, role).path, resolveSource);
  return {
    labels,
    async answer(loaded, tensors) {
      const sequences = await tokensOf(split, loaded, signal, examples.positions);
      const { before, all } = share ?? { before: 0, all: sequences.length };
      const chunks: Float32Array[] = [];
      let done = before;
      for await (const { classes, logits } of textAnswers(tensors, loaded.architecture, sequences, context)) {
        chunks.push(logits);
        done += logits.length / classes;
        reporter.progress({ done, total: all, unit: 'texts' });
      }
      return concatenated(chunks);
    },
  };
}

/** The logits [n, classes] of the step's text model for texts; with the step's head, where the model has none. */
export async function answerAsTextNetwork(
  predictor: 'checkpoint' | 'probe',
  texts: BenchmarkTexts,
  context: StepContext,
): Promise<Float32Array<ArrayBuffer>> {
  const model = await loadTextModel(inputOf(context, 'model').path, 'The model');
  const withHead = predictor === 'probe' ? await addHead(model.tensors, context) : model.tensors;
  return texts.answer(model, withHead);
}

function concatenated(parts: readonly Float32Array[]): Float32Array<ArrayBuffer> {
  const whole = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
