import type { Labels } from '../../data/split.js';
import type { TestImages, TestPlan } from '../../data/test-images.js';
import { answer } from '../../evaluation/answer.js';
import { type Predictions, predictions } from '../../evaluation/predictions.js';
import { describeModel } from '../../models/metadata.js';
import { visionModel } from '../../models/vision-model.js';
import type { DeviceName } from '../../runtime/devices.js';
import type { Candidate } from '../../soups/method.js';
import { classifier } from '../../training/inference.js';

/** The examples that mixtures are asked about, and what they are asked on. */
export interface Examination {
  /** The images, prepared for a model; opened anew for each mixture. As `benchmarkExamples` and `testImages` give them. */
  images(plan: Pick<TestPlan, 'image' | 'normalise'>): TestImages | Promise<TestImages>;
  /** Of the images, in their order. */
  readonly labels: Labels;
  /** Images that go through the network at once; results do not depend on it. */
  readonly batch: number;
  readonly threads: number;
  readonly device?: DeviceName;
  readonly signal: AbortSignal;
}

/**
 * What the engine's classifier answers when it has a candidate's weights.
 *
 * @throws EvaluationError when an answer is not finite, CancelledError once the signal fired
 */
export async function classifierAnswers(candidate: Candidate, examination: Examination): Promise<Predictions> {
  const { labels, batch, threads, device, signal } = examination;
  const { architecture, preprocessing } = describeModel(candidate.metadata, 'the mixture');
  const options = { batch, threads, ...(device === undefined ? {} : { device }) };
  const network = await classifier(candidate.tensors, architecture, options);
  try {
    await using images = await examination.images({
      image: visionModel(architecture).imageShape,
      normalise: preprocessing,
    });
    return predictions(await answer(network, images, { signal }), labels, network.classes);
  } finally {
    await network.dispose();
  }
}
