import { CancelledError } from '../../errors.js';
import { SoupError } from '../errors.js';
import type { Lesson } from './lesson.js';
import type { WeightMixer } from './weight-mixer.js';

export interface LearnOptions {
  /** One vector of coefficients for every tensor, or one for the whole model. */
  readonly byTensor: boolean;
  readonly epochs: number;
  /** Learning rate of an epoch, from 0. */
  readonly lr: (epoch: number) => number;
  /** 'last': what the last step left. 'lowest': what the epoch of the lowest mean loss left, the first of equals. */
  readonly keep: 'last' | 'lowest';
}

/** What an epoch left behind. */
export interface LearnedEpoch {
  /** Mean over the batches, each before its step. */
  readonly loss: number;
  /** β, which multiplies the logits; 1 where the loss has none. */
  readonly scale: number;
  /** Softmax of what was learned: by tensor, or one vector under ''. */
  readonly shares: ReadonlyMap<string, readonly number[]>;
}

export interface Learned {
  readonly kept: LearnedEpoch;
  readonly epochs: readonly LearnedEpoch[];
}

/** The logarithms that the shares are the softmax of, one for each ingredient, by tensor or under ''. */
export type Logarithms = ReadonlyMap<string, readonly number[]>;

/** Loss and slopes at some coefficients. */
export interface CoefficientSlopes {
  readonly loss: number;
  /** ∂ loss / ∂ logarithm, in the shape of the logarithms. */
  readonly logarithms: Logarithms;
  readonly scale: number | null;
}

const WHOLE = '';

/** All zero: the uniform soup. */
export function uniformLogarithms(mixer: WeightMixer, byTensor: boolean): Logarithms {
  const names = byTensor ? mixer.mixed.map(({ name }) => name) : [WHOLE];
  return new Map(names.map((name) => [name, Array<number>(mixer.ingredients).fill(0)]));
}

export function softmax(logarithms: readonly number[]): number[] {
  const top = Math.max(...logarithms);
  const powers = logarithms.map((value) => Math.exp(value - top));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

/** The share of each ingredient in a tensor. */
export function sharesAt(shares: ReadonlyMap<string, readonly number[]>): (tensor: string) => readonly number[] {
  return (tensor) => {
    const found = shares.get(tensor) ?? shares.get(WHOLE);
    if (found === undefined) throw new RangeError(`There are no coefficients for the tensor ${tensor}.`);
    return found;
  };
}

/**
 * One look at the mixed model: ∂L/∂α_i = Σ ⟨∂L/∂θ, θ_i⟩ over the tensors that share α, and through the softmax
 * ∂L/∂a_j = α_j (∂L/∂α_j − Σ α_i ∂L/∂α_i). In memory are the mixed model, its slopes, and a chunk of each ingredient.
 */
export async function coefficientSlopes(
  mixer: WeightMixer,
  lesson: Lesson,
  at: { readonly logarithms: Logarithms; readonly scale: number; readonly epoch: number; readonly batch: number },
): Promise<CoefficientSlopes> {
  const shares = new Map([...at.logarithms].map(([name, row]) => [name, softmax(row)]));
  const { tensors } = await mixer.mix(sharesAt(shares));
  const { loss, slopes, scaleSlope } = await lesson.look(tensors, at.scale, at.epoch, at.batch);
  const byShare = new Map([...shares].map(([name, row]) => [name, row.map(() => 0)]));
  for (const { name } of mixer.mixed) {
    const slope = slopes.get(name);
    const sums = byShare.get(name) ?? byShare.get(WHOLE);
    if (slope === undefined || sums === undefined) continue;
    for (const [index, product] of (await mixer.products(name, slope)).entries()) {
      sums[index] = (sums[index] ?? 0) + product;
    }
  }
  const logarithms = new Map(
    [...shares].map(([name, row]) => {
      const sums = byShare.get(name) ?? [];
      const mean = row.reduce((total, share, index) => total + share * (sums[index] ?? 0), 0);
      return [name, row.map((share, index) => share * ((sums[index] ?? 0) - mean))];
    }),
  );
  return { loss, logarithms, scale: scaleSlope };
}

/** Learns coefficients by AdamW without weight decay, from the uniform soup on. */
export async function learnCoefficients(
  mixer: WeightMixer,
  lesson: Lesson,
  options: LearnOptions,
  { signal, onProgress }: { signal?: AbortSignal; onProgress?: (done: number, total: number) => void } = {},
): Promise<Learned> {
  const names = [...uniformLogarithms(mixer, options.byTensor).keys()];
  const width = mixer.ingredients;
  // Every logarithm, tensor after tensor, and the scale of the logits at the end.
  const values = new Float64Array(names.length * width + 1);
  values[values.length - 1] = 1;
  const logarithmsOf = (): Logarithms =>
    new Map(names.map((name, row) => [name, [...values.subarray(row * width, (row + 1) * width)]]));
  const adam = adamStepper(values);
  const epochs: LearnedEpoch[] = [];
  for (let epoch = 0; epoch < options.epochs; epoch++) {
    let sum = 0;
    for (let batch = 0; batch < lesson.batches; batch++) {
      if (signal?.aborted) throw new CancelledError('The soup');
      const scale = values[values.length - 1] ?? 1;
      const found = await coefficientSlopes(mixer, lesson, { logarithms: logarithmsOf(), scale, epoch, batch });
      const slope = [...names.flatMap((name) => found.logarithms.get(name) ?? []), found.scale ?? 0];
      if (![found.loss, ...slope].every(Number.isFinite)) throw diverged(found.loss, epoch, batch);
      sum += found.loss;
      adam(slope, options.lr(epoch));
      onProgress?.(epoch * lesson.batches + batch + 1, options.epochs * lesson.batches);
    }
    const shares = new Map([...logarithmsOf()].map(([name, row]) => [name, softmax(row)]));
    epochs.push({ loss: sum / lesson.batches, scale: values[values.length - 1] ?? 1, shares });
  }
  const lowest = Math.min(...epochs.map(({ loss }) => loss));
  const kept = options.keep === 'last' ? epochs.at(-1) : epochs.find(({ loss }) => loss === lowest);
  if (kept === undefined || lesson.batches === 0) {
    throw new SoupError('Coefficients cannot be learned from no batches.', 'Give examples, and at least one epoch.');
  }
  return { kept, epochs };
}

function diverged(loss: number, epoch: number, batch: number): SoupError {
  return new SoupError(
    `Learning the coefficients came to a loss of ${loss} at batch ${batch} of epoch ${epoch}.`,
    'Evaluate the ingredients alone: one of them answers no numbers. Or lower the learning rate.',
  );
}

/** AdamW with the moments of torch (0.9, 0.999, 1e-8) and no weight decay, in f64: there are few coefficients. */
function adamStepper(values: Float64Array): (slope: readonly number[], lr: number) => void {
  const [first, second] = [new Float64Array(values.length), new Float64Array(values.length)];
  let step = 0;
  return (slope, lr) => {
    step++;
    for (let i = 0; i < values.length; i++) {
      const g = slope[i] ?? 0;
      const m = 0.9 * (first[i] as number) + (1 - 0.9) * g;
      const v = 0.999 * (second[i] as number) + (1 - 0.999) * g * g;
      first[i] = m;
      second[i] = v;
      const size = Math.sqrt(v) / Math.sqrt(1 - 0.999 ** step) + 1e-8;
      values[i] = (values[i] as number) - ((lr / (1 - 0.9 ** step)) * m) / size;
    }
  };
}
