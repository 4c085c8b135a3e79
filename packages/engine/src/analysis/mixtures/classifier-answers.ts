import type { Labels } from '../../data/split.js';
import type { TestImages, TestPlan } from '../../data/test-images.js';
import { CancelledError } from '../../errors.js';
import { answer } from '../../evaluation/answer.js';
import { type Predictions, predictions } from '../../evaluation/predictions.js';
import { describeModel } from '../../models/metadata.js';
import { visionModel } from '../../models/vision-model.js';
import type { DeviceName } from '../../runtime/devices.js';
import type { Candidate } from '../../soups/method.js';
import { classifier, featureExtractor, type InferenceOptions } from '../../training/inference.js';
import type { Features } from '../diversity/features.js';

/** The examples that mixtures are asked about, and what they are asked on. */
export interface Examination {
  /** The images, prepared for a model; opened anew for each mixture. As `benchmarkExamples` and `testImages` give them. */
  images(plan: Pick<TestPlan, 'image' | 'normalise'>): TestImages | Promise<TestImages>;
  /** Of the examples, in their order. */
  readonly labels: Labels;
  /** Examples that go through the network at once; results do not depend on it. */
  readonly batch: number;
  readonly threads: number;
  readonly device?: DeviceName;
  readonly signal: AbortSignal;
  /** Called now and then with the examples that a mixture has been asked about so far. */
  readonly onProgress?: (done: number) => void;
}

/**
 * What the engine's classifier answers when it has a candidate's weights.
 *
 * @throws EvaluationError when an answer is not finite, CancelledError once the signal fired
 */
export async function classifierAnswers(candidate: Candidate, examination: Examination): Promise<Predictions> {
  const { labels, signal, onProgress } = examination;
  const { architecture, preprocessing } = describeModel(candidate.metadata, 'the mixture');
  const network = await classifier(candidate.tensors, architecture, networkOptions(examination));
  try {
    await using images = await examination.images({
      image: visionModel(architecture).imageShape,
      normalise: preprocessing,
    });
    const options = { signal, ...(onProgress === undefined ? {} : { onProgress }) };
    return predictions(await answer(network, images, options), labels, network.classes);
  } finally {
    await network.dispose();
  }
}

/**
 * The features of a candidate's network without its head, of the first images.
 *
 * @param most images that are asked about at most
 */
export async function classifierFeatures(
  candidate: Candidate,
  examination: Examination,
  most: number,
): Promise<Features> {
  const { signal } = examination;
  const { architecture, preprocessing } = describeModel(candidate.metadata, 'the mixture');
  const network = await featureExtractor(candidate.tensors, architecture, networkOptions(examination));
  try {
    const image = visionModel(architecture).imageShape;
    await using images = await examination.images({ image, normalise: preprocessing });
    const wanted = Math.min(most, images.n);
    const rows = new Float32Array(wanted * network.width);
    const size = image[0] * image[1] * image[2];
    let at = 0;
    for (let index = 0; index < images.chunks && at < wanted; index++) {
      if (signal.aborted) throw new CancelledError('The analysis');
      const chunk = await images.chunk(index);
      const taken = Math.min(wanted - at, chunk.length / size);
      rows.set(await network.run(chunk.subarray(0, taken * size)), at * network.width);
      at += taken;
    }
    return { rows, width: network.width };
  } finally {
    await network.dispose();
  }
}

function networkOptions({ batch, threads, device }: Examination): InferenceOptions {
  return { batch, threads, ...(device === undefined ? {} : { device }) };
}
