import { openCheckpoint } from '../../checkpoints/open-checkpoint.js';
import type { InputArtifact } from '../../steps/definition.js';
import { type LessonImages, openLessonImages } from '../../steps/soup-lesson.js';
import { seasonInstantly } from '../choosing/instant-seasoning.js';
import { knnScore, type LabelledExamples } from '../choosing/knn-score.js';
import { learned, selfSeasoning } from '../choosing/learned.js';
import type { Lesson } from '../choosing/lesson.js';
import { entropyLesson, type LessonPlan, selectionLesson } from '../choosing/lessons.js';
import { WeightMixer } from '../choosing/weight-mixer.js';
import { SoupError } from '../errors.js';
import type { Ingredient, Kitchen, Soup } from '../method.js';
import { Pool } from '../pool.js';
import type { Chosen, DataPantry } from './cook-on-data.js';
import type { DataParameters } from './data-methods.js';
import { isReady, withHouseCopy } from './house-copy.js';

/** Coefficients by gradient on the labelled examples. */
export function learnFiles({ batch, ...parameters }: DataParameters<'learned'>, pantry: DataPantry): Promise<Chosen> {
  const lessonOf = ({ model, classes, labels }: LessonImages, plan: LessonPlan) =>
    selectionLesson(model, { ...plan, classes, labels });
  return learnBy(pantry, 'The coefficients of a learned soup are learned from', batch, lessonOf, (kitchen) =>
    learned.cook({ method: 'learned', ...parameters }, kitchen),
  );
}

/** Coefficients by gradient on the examples without their labels. */
export function seasonFiles(
  { batch, k, temperature, epochs, lr, lastLr }: DataParameters<'self-seasoning'>,
  pantry: DataPantry,
): Promise<Chosen> {
  const lessonOf = ({ model }: LessonImages, plan: LessonPlan) => entropyLesson(model, { ...plan, k, temperature });
  return learnBy(pantry, 'Self-seasoning looks at', batch, lessonOf, (kitchen) =>
    selfSeasoning.cook({ method: 'self-seasoning', epochs, lr: [lr, lastLr] }, kitchen),
  );
}

/** The best of some mixtures by the nearest neighbours of one half of the examples among the other half. */
export async function drawFiles(
  { draws, concentration, k, temperature }: DataParameters<'instant-seasoning'>,
  pantry: DataPantry,
): Promise<Chosen> {
  const { kitchen, seed } = pantry;
  const { device, threads, signal, onProgress } = kitchen.options;
  return withImages(
    pantry,
    'Instant seasoning compares the features of',
    async ({ architecture, examples, labels }, ingredients) => {
      if (examples.count < 2) {
        throw new SoupError('Instant seasoning needs neighbours, and there is one example.', 'Give more examples.');
      }
      const half = Math.floor(examples.count / 2);
      const part = (from: number, count: number): LabelledExamples => ({
        count,
        labels: Array.from({ length: count }, (_, at) => labels[from + at] ?? -1),
        images: (places) => examples.images(places.map((place) => from + place)),
      });
      // The order of the examples is drawn, so these are random halves.
      const sets = { bank: part(0, half), queries: part(half, examples.count - half) };
      const score = knnScore(architecture, { ...sets, k, temperature }, { batch: 100, threads, device });
      await using pool = await Pool.open(ingredients);
      const found = await seasonInstantly(
        new WeightMixer(pool),
        score,
        { draws, concentration, seed },
        { signal, onProgress: (done, total) => onProgress?.('draws', done, total) },
      );
      const members = ingredients.map((_, index) => index);
      return {
        mixture: { method: 'weighted', parameters: { weights: [...found.shares] }, members },
        neighbours: found.score,
      };
    },
  );
}

async function learnBy(
  pantry: DataPantry,
  what: string,
  batch: number,
  lessonOf: (images: LessonImages, plan: LessonPlan) => Promise<Lesson & AsyncDisposable>,
  cook: (kitchen: Kitchen) => Promise<Soup>,
): Promise<Chosen> {
  const { kitchen, seed } = pantry;
  const { device, threads, signal, onProgress } = kitchen.options;
  return withImages(pantry, what, async (images, ingredients) => {
    await using lesson = await lessonOf(images, { examples: images.examples, batch, seed, device, threads });
    const { mixture, learned: record } = await cook({
      ingredients,
      selection: null,
      lesson,
      signal,
      onProgress: (done, total) => onProgress?.('steps', done, total),
    });
    if (mixture === null) throw new TypeError('A soup was learned that is no mixture.');
    return { mixture, ...(record === undefined ? {} : { learned: record }) };
  });
}

/** The images of the examples as the ingredients take them. Throws SoupError for ingredients that are not read as they are. */
export async function withImages<Result>(
  { kitchen, paths, contents, examples, words }: DataPantry,
  what: string,
  use: (images: LessonImages, ingredients: readonly Ingredient[]) => Promise<Result>,
): Promise<Result> {
  for (const path of paths) {
    await using reader = await openCheckpoint(path);
    if (isReady(reader)) continue;
    throw new SoupError(
      `${path} is not in Stockpot's names and in F32, in which models are trained and measured.`,
      `Bring the ingredients in first, each by: stockpot import ${path} -o FOLDER`,
    );
  }
  const ingredients = paths.map((path, index) => ({ name: path, path, hash: contents[index] ?? '' }));
  const [first] = paths;
  if (first === undefined) throw new SoupError('A soup of no ingredients was asked for.', 'Name checkpoints.');
  return withHouseCopy(kitchen, first, words, async (file) => {
    const model: InputArtifact = { hash: contents[0] ?? '', path: file };
    const { benchmark, dataset } = examples;
    const inputs = { benchmark: [benchmark], dataset: [dataset], ingredients: [model] };
    return use(await openLessonImages(kitchen.context(inputs, kitchen.folder), what), ingredients);
  });
}
