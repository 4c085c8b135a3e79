import { gradients } from '../../autodiff/index.js';
import { GraphBuilder } from '../../graph/builder.js';
import { numbersOf, type Tensor, tensor } from '../../graph/tensor.js';
import type { Random } from '../../random/index.js';
import { compile, type Executable } from '../../runtime/index.js';
import { softTargetCrossEntropy } from '../../training/cross-entropy.js';
import {
  exampleFeeds,
  examplesOf,
  logitsGraph,
  type MeasuredExamples,
  type MeasuredModel,
  type MeasureOptions,
  weightFeeds,
} from './measured-model.js';

export interface FisherOptions extends MeasureOptions {
  /**
   * Labels y of each example as the model itself predicts them: 'expected' takes every class by its probability, at the cost
   * of one backward pass a class; a stream draws one label an example. True labels are not asked for: with them this would
   * be the "empirical Fisher", another quantity.
   */
  readonly labels: 'expected' | Random;
}

const TARGET = 'measured:target';
/** A class that the model gives no more than this adds nothing that f32 gradients could tell. */
const IMPROBABLE = 1e-12;

/**
 * The diagonal of the Fisher information of every parameter, E_x E_{y ~ p(y|x)} (∂ log p(y|x) / ∂θ)²: gradients of single
 * examples in f32, their squares summed in f64. Its cost is n (sampled) or n · classes (expected) forward and backward passes
 * of one example.
 *
 * @returns a number for each element of each parameter, by name
 * @throws CheckpointFitError for tensors that are not the model's; GradientError for a parameter the logits do not depend on
 */
export async function diagonalFisher(
  model: MeasuredModel,
  tensors: ReadonlyMap<string, Tensor>,
  given: MeasuredExamples,
  { threads, device = 'cpu', signal, labels }: FisherOptions,
): Promise<Map<string, Float64Array>> {
  const examples = examplesOf(model, given);
  const { count, sizes } = examples;
  const weights = weightFeeds(model, tensors);
  const sums = new Map(model.parameters.map(({ name }) => [name, new Float64Array(weights[name]?.data.length ?? 0)]));
  // Padding changes no gradient: a few networks do for all sizes.
  const rooms = sizes.map((size) => examples.roomFor(size));
  await using networks = new Networks((size) => compile(gradientGraph(model, size), { device, threads }));
  for (let at = 0; at < count; at++) {
    const size = rooms[at] ?? 1;
    const network = await networks.of(size);
    const feeds = { ...weights, ...(await exampleFeeds(examples, [at], size)) };
    // What tells the probabilities is the gradient for the first class, too.
    const first = await network.run({ ...feeds, [TARGET]: oneHot(0, model.classes) });
    for (const [label, share] of labelsOf(probabilitiesOf(first.logits, model.classes), labels)) {
      signal?.throwIfAborted();
      const found = label === 0 ? first : await network.run({ ...feeds, [TARGET]: oneHot(label, model.classes) });
      for (const [name, sum] of sums) addSquares(sum, found[`gradient:${name}`], share / count);
    }
  }
  return sums;
}

/** Networks by the size of what they take, made when they are first asked for. */
class Networks implements AsyncDisposable {
  readonly #open: (size: number) => Promise<Executable>;
  readonly #known = new Map<number, Executable>();

  constructor(open: (size: number) => Promise<Executable>) {
    this.#open = open;
  }

  async of(size: number): Promise<Executable> {
    const known = this.#known.get(size);
    if (known !== undefined) return known;
    const opened = await this.#open(size);
    this.#known.set(size, opened);
    return opened;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const network of this.#known.values()) await network.dispose();
  }
}

function gradientGraph(model: MeasuredModel, size: number) {
  const b = new GraphBuilder();
  const { parameters, logits } = logitsGraph(b, model, 1, size);
  const loss = softTargetCrossEntropy(b, logits, b.input(TARGET, 'f32', [1, model.classes]));
  const found = gradients(b, loss, [...parameters.values()]);
  b.output('logits', logits);
  for (const [index, name] of [...parameters.keys()].entries()) {
    const gradient = found[index];
    if (gradient !== undefined) b.output(`gradient:${name}`, gradient);
  }
  return b.build();
}

function probabilitiesOf(logits: Tensor | undefined, classes: number): Float64Array {
  const values = logits === undefined ? new Float64Array(classes) : numbersOf(logits);
  const largest = Math.max(...values);
  const powers = values.map((value) => Math.exp(value - largest));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}

function labelsOf(probabilities: Float64Array, labels: FisherOptions['labels']): (readonly [number, number])[] {
  if (labels === 'expected') return [...probabilities.entries()].filter(([, share]) => share > IMPROBABLE);
  let rest = labels.uniform();
  const drawn = probabilities.findIndex((probability) => {
    rest -= probability;
    return rest < 0;
  });
  return [[drawn < 0 ? probabilities.length - 1 : drawn, 1]];
}

function oneHot(label: number, classes: number): Tensor {
  return tensor(
    'f32',
    [1, classes],
    Float32Array.from({ length: classes }, (_, at) => (at === label ? 1 : 0)),
  );
}

function addSquares(sum: Float64Array, gradient: Tensor | undefined, share: number): void {
  if (gradient === undefined) return;
  const values = numbersOf(gradient);
  for (let at = 0; at < values.length; at++) {
    const value = values[at] as number;
    sum[at] = (sum[at] as number) + share * value * value;
  }
}
