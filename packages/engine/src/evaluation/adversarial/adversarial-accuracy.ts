import type { TestImages } from '../../data/test-images.js';
import { CancelledError } from '../../errors.js';
import { keyed } from '../../random/random.js';
import { packBits } from '../bitmap.js';
import { EvaluationError } from '../errors.js';
import { predictedClass } from '../predictions.js';
import type { Attack } from './attack.js';
import type { AttackTarget } from './attack-target.js';
import { balls, intoBall } from './ball.js';
import { type InputGradient, type InputGradientOptions, inputGradient } from './input-gradient.js';

export interface AdversarialOptions extends InputGradientOptions {
  /** Of the random starts, keyed (seed, 'attack', position of the image, restart): no batch changes them. */
  readonly seed: number;
  /** Looked at before each batch. */
  readonly signal?: AbortSignal;
  /** Called after each batch with the images done. */
  readonly onProgress?: (done: number) => void;
}

export interface AdversarialAccuracies {
  readonly attack: Attack;
  readonly n: number;
  /** Share of images that the model gets right unattacked. */
  readonly clean: number;
  /** Share of images that it gets right unattacked and after every restart's last step: never more than `clean`. */
  readonly adversarial: number;
  /** Images through the network forwards: each once unattacked, and in each restart once a step and once after the last. */
  readonly forwardPasses: number;
  /** Images through it backwards. The network attacked is compiled as one graph, so an answer alone costs its gradient too. */
  readonly backwardPasses: number;
  /**
   * Images whose gradient was zero in every pixel where an attack began: the softmax saturated, and the attack had nothing to
   * follow. Where there are many, the accuracy says nothing about robustness (Athalye et al. 2018, gradient masking).
   */
  readonly withoutGradient: number;
  /** One bit an image: right unattacked; right after the attack. */
  readonly cleanCorrect: Uint8Array<ArrayBuffer>;
  readonly adversarialCorrect: Uint8Array<ArrayBuffer>;
}

export interface AdversarialResult extends AdversarialAccuracies {
  /** [n, ...imageShape]: what the last restart made of each image. */
  readonly images: Float32Array;
}

/**
 * The accuracy of a model under a gradient attack that knows its weights and the labels: an upper bound of its robustness, for a
 * stronger attack may exist.
 *
 * @param images pixels [n, ...imageShape] in [0, 1]
 * @param labels [n]
 */
export async function adversarialAccuracy(
  target: AttackTarget,
  images: Float32Array,
  labels: ArrayLike<number>,
  attack: Attack,
  options: AdversarialOptions,
): Promise<AdversarialResult> {
  const attacked = new Float32Array(images);
  const whole = { n: labels.length, chunks: 1, chunk: () => Promise.resolve(images) };
  const accuracies = await adversarialAccuracies(target, whole, labels, attack, {
    ...options,
    onAttacked: (changed, at) => attacked.set(changed, at),
  });
  return { ...accuracies, images: attacked };
}

/**
 * As `adversarialAccuracy`, of images that come chunk by chunk and are not kept.
 *
 * @param images values in [0, 1]
 */
export async function adversarialAccuracies(
  target: AttackTarget,
  images: Pick<TestImages, 'n' | 'chunks'> & { chunk(index: number): Promise<Float32Array> },
  labels: ArrayLike<number>,
  attack: Attack,
  options: AdversarialOptions & {
    /** Receives what the last restart made of some images, and the place of their first number among those of all. */
    readonly onAttacked?: (images: Float32Array, at: number) => void;
  },
): Promise<AdversarialAccuracies> {
  const size = target.imageShape.reduce((product, dimension) => product * dimension, 1);
  const n = labels.length;
  const network = await inputGradient(target, options);
  const [clean, survived, blind] = [new Uint8Array(n), new Uint8Array(n), new Uint8Array(n)];
  try {
    let first = 0;
    for (let index = 0; index < images.chunks; index++) {
      const chunk = await images.chunk(index);
      const rows = images.chunks === 1 ? n : chunk.length / size;
      checkImages(chunk, rows, size, first);
      for (let start = 0; start < rows; start += options.batch) {
        if (options.signal?.aborted) throw new CancelledError('The attack');
        const end = Math.min(rows, start + options.batch);
        const place = first + start;
        const batch = new AttackedBatch(network, target.classes, chunk.subarray(start * size, end * size), {
          labels: Array.from({ length: end - start }, (_, row) => labels[place + row] ?? 0),
          first: place,
        });
        const unattacked = await batch.right(batch.images);
        clean.set(unattacked, place);
        // A drawn start may happen to be right where the image itself is wrong: such an image withstood nothing.
        survived.set(unattacked, place);
        for (let restart = 0; restart < attack.restarts; restart++) {
          const result = await batch.attack(attack, options.seed, restart);
          for (const [row, right] of result.right.entries()) {
            survived[place + row] = (survived[place + row] ?? 0) & right;
            blind[place + row] = (blind[place + row] ?? 0) | (result.blind[row] ?? 0);
          }
          options.onAttacked?.(result.images, place * size);
        }
        options.onProgress?.(first + end);
      }
      first += rows;
    }
  } finally {
    await network.dispose();
  }
  const share = (bits: Uint8Array) => bits.reduce((sum, bit) => sum + bit, 0) / n;
  const passes = n * (1 + attack.restarts * (attack.steps + 1));
  return {
    ...{ attack, n, clean: share(clean), adversarial: share(survived) },
    ...{ forwardPasses: passes, backwardPasses: passes },
    withoutGradient: blind.reduce((sum, bit) => sum + bit, 0),
    cleanCorrect: packBits(clean),
    adversarialCorrect: packBits(survived),
  };
}

/** Images that are attacked together, which is only faster: each has its own gradient, step and random start. */
class AttackedBatch {
  readonly #labels: readonly number[];
  readonly #first: number;
  readonly #size: number;

  constructor(
    readonly network: InputGradient,
    readonly classes: number,
    readonly images: Float32Array,
    { labels, first }: { labels: readonly number[]; first: number },
  ) {
    this.#labels = labels;
    this.#first = first;
    this.#size = images.length / labels.length;
  }

  /** 1 for each image that is answered with its label. */
  async right(pixels: Float32Array): Promise<Uint8Array> {
    const { logits } = await this.network.at(pixels, this.#labels);
    const answered = { n: this.#labels.length, classes: this.classes, logits, labels: new Uint8Array(0) };
    return Uint8Array.from(this.#labels, (label, row) => (predictedClass(answered, row) === label ? 1 : 0));
  }

  async attack(
    { norm, eps, steps, stepSize, randomStart }: Attack,
    seed: number,
    restart: number,
  ): Promise<{ images: Float32Array; right: Uint8Array; blind: Uint8Array }> {
    const at = new Float32Array(this.images);
    const rowOf = (pixels: Float32Array, row: number) => pixels.subarray(row * this.#size, (row + 1) * this.#size);
    const move = (row: number, wanted: Float64Array) =>
      rowOf(at, row).set(intoBall(norm, rowOf(this.images, row), wanted, eps));
    if (randomStart) {
      for (const row of this.#labels.keys()) {
        const random = keyed(seed, 'attack', this.#first + row, restart);
        const change = balls[norm].draw(random, this.#size, eps);
        move(
          row,
          Float64Array.from(rowOf(this.images, row), (value, i) => value + (change[i] ?? 0)),
        );
      }
    }
    const blind = new Uint8Array(this.#labels.length);
    for (let step = 0; step < steps; step++) {
      const { gradient } = await this.network.at(at, this.#labels);
      for (const row of this.#labels.keys()) {
        const own = rowOf(gradient, row);
        if (step === 0 && own.every((value) => value === 0)) blind[row] = 1;
        move(row, balls[norm].step(rowOf(at, row), own, stepSize));
      }
    }
    return { images: at, right: await this.right(at), blind };
  }
}

/** @param first place of the first of these images among all */
function checkImages(images: Float32Array, n: number, size: number, first: number): void {
  if (n === 0 || images.length !== n * size) {
    throw new EvaluationError(
      `${images.length} numbers are not ${n} images of ${size} numbers each.`,
      'Give one label an image, and images of the size that the model takes.',
    );
  }
  const wrong = images.findIndex((value) => !(value >= 0 && value <= 1));
  if (wrong >= 0) {
    throw new EvaluationError(
      `Image ${first + Math.floor(wrong / size)} has a pixel of ${images[wrong]}; an attack needs pixels in 0 … 1, not normalised ones.`,
      'Divide bytes by 255 and leave the normalisation to the model.',
    );
  }
}
