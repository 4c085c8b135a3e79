import type { TextSplit } from '../../data/split.js';
import { CancelledError } from '../../errors.js';
import { type Predictions, predictions } from '../../evaluation/predictions.js';
import { textModelOf } from '../../models/text/load-text-model.js';
import type { Candidate } from '../../soups/method.js';
import { textAnswers } from '../../steps/text/answer-text.js';
import { tokensOf } from '../../steps/text/text-data.js';
import { textNetwork } from '../../training/text-inference.js';
import type { Features } from '../diversity/features.js';
import type { Examination } from './classifier-answers.js';

/** The texts that mixtures are asked about, and what they are asked on. */
export interface TextExamination extends Omit<Examination, 'images'> {
  readonly texts: TextSplit;
  /** Positions in the split, in the order of the labels. */
  readonly positions: readonly number[];
}

/** What the engine's text network answers when it has a candidate's weights, as evaluations of recipes ask it. */
export async function textMixtureAnswers(candidate: Candidate, examination: TextExamination): Promise<Predictions> {
  const { texts, positions, labels, threads, device = 'cpu', signal, onProgress } = examination;
  const model = textModelOf(candidate.tensors, candidate.metadata, 'the mixture');
  const sequences = await tokensOf(texts, model, signal, positions);
  const found: number[] = [];
  let width = 1;
  const options = { threads, device, signal };
  for await (const { classes, logits } of textAnswers(candidate.tensors, model.architecture, sequences, options)) {
    for (const logit of logits) found.push(logit);
    width = classes;
    onProgress?.(found.length / classes);
  }
  return predictions(Float32Array.from(found), labels, width);
}

/**
 * The features of a candidate's network without its head, of the first texts.
 *
 * @param most texts that are asked about at most
 */
export async function textMixtureFeatures(
  candidate: Candidate,
  { texts, positions, batch, threads, device = 'cpu', signal }: TextExamination,
  most: number,
): Promise<Features> {
  const model = textModelOf(candidate.tensors, candidate.metadata, 'the mixture');
  const sequences = await tokensOf(texts, model, signal, positions.slice(0, most));
  await using network = await textNetwork(candidate.tensors, model.architecture, {
    gives: 'features',
    batch,
    threads,
    device,
  });
  if (signal.aborted) throw new CancelledError('The analysis');
  return { rows: await network.run(sequences), width: network.width };
}
