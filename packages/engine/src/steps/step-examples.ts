import { type BenchmarkExamples, benchmarkExamples } from '../evaluation/examples.js';
import type { EvaluationProtocol } from '../evaluation/protocol.js';
import { inputOf, type StepContext } from './definition.js';
import { type BenchmarkTexts, benchmarkTexts } from './text/answer-text.js';
import { readsText } from './text/text-data.js';

/** The examples of a step's benchmark, texts or images, after checking that the inputs are those that its protocol names. */
export async function stepExamples(
  protocol: EvaluationProtocol,
  context: StepContext,
): Promise<BenchmarkTexts | BenchmarkExamples> {
  if (await readsText(context)) return benchmarkTexts(protocol, context);
  const images = protocol.corruptions === null ? null : inputOf(context, 'images').path;
  return benchmarkExamples(protocol, inputOf(context, 'dataset').path, images, context.resolveSource);
}
