/** @file Methods that look at examples themselves, not at scores: for files and for recipes, images and texts alike. */
import type { Tensor } from '../../graph/tensor.js';
import { keyed } from '../../random/index.js';
import type { DeviceName } from '../../runtime/device-names.js';
import type { LessonExamples } from '../../steps/soup-lesson.js';
import { seasonInstantly } from '../choosing/instant-seasoning.js';
import { knnScore, type LabelledPlaces } from '../choosing/knn-score.js';
import { selfSeasoning } from '../choosing/learned.js';
import { entropyLesson } from '../choosing/lessons.js';
import { WeightMixer } from '../choosing/weight-mixer.js';
import { SoupError } from '../errors.js';
import { diagonalFisher } from '../informed/diagonal-fisher.js';
import { gramMatrices } from '../informed/gram-matrices.js';
import { measuredClassifier } from '../informed/measured-model.js';
import type { Ingredient, Mixture, Soup } from '../method.js';
import type { MeasuredKind } from '../mixing.js';
import type { DataParameters } from './data-methods.js';

/** Examples of a split as all ingredients take them, and what networks run on. */
export interface ExampleKitchen {
  readonly lesson: LessonExamples;
  readonly ingredients: readonly Ingredient[];
  readonly seed: number;
  readonly threads: number;
  readonly device: DeviceName;
  readonly signal: AbortSignal;
  readonly onProgress?: (what: string, done: number, total: number) => void;
}

/** The best of some mixtures by the nearest neighbours of one half of the examples among the other half. */
export async function seasonAtOnce(
  { draws, concentration, k, temperature }: DataParameters<'instant-seasoning'>,
  { lesson, ingredients, seed, threads, device, signal, onProgress }: ExampleKitchen,
): Promise<{ readonly mixture: Mixture; readonly neighbours: number }> {
  const { shown, labels } = lesson;
  const { count } = shown.examples;
  if (count < 2) {
    throw new SoupError('Instant seasoning needs neighbours, and there is one example.', 'Give more examples.');
  }
  const half = Math.floor(count / 2);
  const part = (from: number, to: number): LabelledPlaces => {
    const places = Array.from({ length: to - from }, (_, at) => from + at);
    return { places, labels: places.map((place) => labels[place] ?? -1) };
  };
  // The order of the examples is drawn, so these are random halves.
  const sets = { bank: part(0, half), queries: part(half, count) };
  const score = knnScore(shown, { ...sets, k, temperature }, { batch: 100, threads, device });
  await using mixer = await WeightMixer.open(ingredients, threads);
  const found = await seasonInstantly(
    mixer,
    score,
    { draws, concentration, seed },
    { signal, onProgress: (done, total) => onProgress?.('draws', done, total) },
  );
  const members = ingredients.map((_, index) => index);
  const mixture = { method: 'weighted', parameters: { weights: [...found.shares] }, members };
  return { mixture, neighbours: found.score };
}

/** Coefficients by gradient on the examples without their labels. */
export async function seasonItself(
  { batch, k, temperature, epochs, lr, lastLr }: DataParameters<'self-seasoning'>,
  { lesson: { shown }, ingredients, seed, threads, device, signal, onProgress }: ExampleKitchen,
): Promise<Soup> {
  await using lesson = await entropyLesson(shown, { batch, seed, device, threads, k, temperature });
  return await selfSeasoning.cook(
    { method: 'self-seasoning', epochs, lr: [lr, lastLr] },
    { ingredients, selection: null, lesson, signal, onProgress: (done, total) => onProgress?.('steps', done, total) },
  );
}

/** Measures one ingredient on examples: what a method mixes it by. */
export type Measure = (
  tensors: ReadonlyMap<string, Tensor>,
  content: string,
) => Promise<ReadonlyMap<string, Float64Array>>;

export interface Measuring {
  readonly kind: MeasuredKind;
  /** What of the parameters the measurement depends on. */
  readonly told: { readonly [name: string]: string | number };
  open(kitchen: Omit<ExampleKitchen, 'ingredients'>): Promise<Measure>;
}

/** The Fisher information of each ingredient. */
export function fisherMeasuring({ labels }: Pick<DataParameters<'fisher'>, 'labels'>): Measuring {
  return {
    kind: 'fisher',
    told: { labels },
    async open({ lesson: { shown, classes }, seed, threads, device, signal }) {
      const model = measuredClassifier(shown.model, classes);
      return (tensors, content) => {
        // One stream an ingredient: the labels of one do not depend on how many others there are.
        const drawn = labels === 'expected' ? labels : keyed(seed, 'labels', content);
        return diagonalFisher(model, tensors, shown.examples, { threads, device, signal, labels: drawn });
      };
    },
  };
}

/** The Gram matrices of the inputs of each ingredient's linear layers. */
export function gramMeasuring({ batch }: Pick<DataParameters<'regmean'>, 'batch'>): Measuring {
  return {
    kind: 'gram',
    // Products of one batch are in f32.
    told: { batch },
    async open({ lesson: { shown, classes }, threads, device, signal }) {
      const model = measuredClassifier(shown.model, classes);
      return (tensors) => gramMatrices(model, tensors, shown.examples, { threads, device, signal, batch });
    },
  };
}
