import { openCheckpoint } from '../../checkpoints/open-checkpoint.js';
import type { InputArtifact } from '../../steps/definition.js';
import { type LessonExamples, openLessonExamples } from '../../steps/soup-lesson.js';
import { learned } from '../choosing/learned.js';
import { selectionLesson } from '../choosing/lessons.js';
import { SoupError } from '../errors.js';
import type { Ingredient, Soup } from '../method.js';
import type { Chosen, DataPantry } from './cook-on-data.js';
import type { DataParameters } from './data-methods.js';
import { seasonAtOnce, seasonItself } from './example-methods.js';
import { isReady, withHouseCopy } from './house-copy.js';

/** Coefficients by gradient on the labelled examples. */
export function learnFiles({ batch, ...parameters }: DataParameters<'learned'>, pantry: DataPantry): Promise<Chosen> {
  const { device, threads, signal, onProgress } = pantry.kitchen.options;
  return withExamples(
    pantry,
    'The coefficients of a learned soup are learned from',
    async ({ shown, classes, labels }, ingredients) => {
      const plan = { labels, classes, batch, seed: pantry.seed, device, threads };
      await using lesson = await selectionLesson(shown, plan);
      const soup = await learned.cook(
        { method: 'learned', ...parameters },
        {
          ingredients,
          selection: null,
          lesson,
          signal,
          onProgress: (done, total) => onProgress?.('steps', done, total),
        },
      );
      return learnedMixture(soup);
    },
  );
}

/** Coefficients by gradient on the examples without their labels. */
export function seasonFiles(parameters: DataParameters<'self-seasoning'>, pantry: DataPantry): Promise<Chosen> {
  return withExamples(pantry, 'Self-seasoning looks at', async (lesson, ingredients) =>
    learnedMixture(
      await seasonItself(parameters, { ...pantry.kitchen.options, lesson, ingredients, seed: pantry.seed }),
    ),
  );
}

/** The best of some mixtures by the nearest neighbours of one half of the examples among the other half. */
export function drawFiles(parameters: DataParameters<'instant-seasoning'>, pantry: DataPantry): Promise<Chosen> {
  return withExamples(pantry, 'Instant seasoning compares the features of', (lesson, ingredients) =>
    seasonAtOnce(parameters, { ...pantry.kitchen.options, lesson, ingredients, seed: pantry.seed }),
  );
}

function learnedMixture({ mixture, learned: record }: Soup): Chosen {
  if (mixture === null) throw new TypeError('A soup was learned that is no mixture.');
  return { mixture, ...(record === undefined ? {} : { learned: record }) };
}

/** The examples as the ingredients take them. Throws SoupError for ingredients that are not read as they are. */
export async function withExamples<Result>(
  { kitchen, paths, contents, examples, words }: DataPantry,
  what: string,
  use: (lesson: LessonExamples, ingredients: readonly Ingredient[]) => Promise<Result>,
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
    return use(await openLessonExamples(kitchen.context(inputs, kitchen.folder), what), ingredients);
  });
}
