import type { Tensor } from '../../graph/tensor.js';
import type { ImageArchitecture } from '../../models/architecture.js';
import { visionModel } from '../../models/vision-model.js';
import { keyed } from '../../random/index.js';
import { classifier, featureExtractor } from '../../training/inference.js';

/** Inputs that both are asked. */
const INPUTS = 32;

export interface FunctionDifference {
  /** Inputs drawn from the normal distribution that both answered: no example of any data set. */
  readonly inputs: number;
  /** The greatest difference between two answers: logits, or features of a model without a head. */
  readonly largestDifference: number;
  /** The greatest answer of all, by magnitude, to hold the difference against. */
  readonly largestAnswer: number;
}

/** How far apart two models of one architecture answer. 0 for equal functions but for the rounding of sums in another order. */
export async function functionDifference(
  architecture: ImageArchitecture,
  one: ReadonlyMap<string, Tensor>,
  other: ReadonlyMap<string, Tensor>,
  threads: number,
): Promise<FunctionDifference> {
  const random = keyed(0, 'function difference');
  const [channels, height, width] = visionModel(architecture).imageShape;
  const inputs = Float32Array.from({ length: INPUTS * channels * height * width }, () => random.normal());
  const [first, second] = [
    await answers(architecture, one, inputs, threads),
    await answers(architecture, other, inputs, threads),
  ];
  let [largestDifference, largestAnswer] = [0, 0];
  for (const [at, answer] of first.entries()) {
    largestDifference = Math.max(largestDifference, Math.abs(answer - (second[at] ?? Number.NaN)));
    largestAnswer = Math.max(largestAnswer, Math.abs(answer));
  }
  return { inputs: INPUTS, largestDifference, largestAnswer };
}

async function answers(
  architecture: ImageArchitecture,
  tensors: ReadonlyMap<string, Tensor>,
  inputs: Float32Array,
  threads: number,
): Promise<Float32Array> {
  const options = { batch: INPUTS / 4, threads };
  if (!tensors.has('head.weight')) {
    const features = await featureExtractor(tensors, architecture, options);
    return features.run(inputs).finally(() => features.dispose());
  }
  const network = await classifier(tensors, architecture, options);
  return network.logits(inputs).finally(() => network.dispose());
}
