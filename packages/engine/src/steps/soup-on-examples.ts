import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type ExampleSoup, exampleSoupParameters } from '../recipe/example-soups.js';
import type { Ingredient, Soup } from '../soups/index.js';
import { dataMethods } from '../soups/on-data/data-methods.js';
import {
  type ExampleKitchen,
  fisherMeasuring,
  gramMeasuring,
  type Measuring,
  seasonAtOnce,
  seasonItself,
} from '../soups/on-data/example-methods.js';
import { tensorsOf, writeMeasured } from '../soups/on-data/measure-files.js';
import type { StepContext, StepOutput } from './definition.js';
import { openLessonExamples } from './soup-lesson.js';

/** What a method found that looked at examples, and at how many. */
export interface FoundOnExamples extends Soup {
  readonly n: number;
  /** What was measured of each ingredient; empty where the method measures none. */
  readonly measured: readonly StepOutput[];
}

/** Finds what is mixed by looking at the examples of the selection benchmark. */
export async function lookAtExamples(
  parameters: ExampleSoup,
  ingredients: readonly Ingredient[],
  context: StepContext,
): Promise<FoundOnExamples> {
  const { threads, device, signal, reporter } = context;
  const lesson = await openLessonExamples(context, `${dataMethods[parameters.method].title}: it looks at`);
  const kitchen: ExampleKitchen = {
    ...{ lesson, ingredients, threads, device, signal },
    seed: typeof parameters.seed === 'number' ? parameters.seed : 0,
    onProgress: (unit, done, total) => reporter.progress({ done, total, unit }),
  };
  const found = await cooks[parameters.method](exampleSoupParameters(parameters), kitchen, context);
  return { measured: [], ...found, n: lesson.shown.examples.count };
}

type Found = Soup & { readonly measured?: readonly StepOutput[] };
type Cook = (
  told: ReturnType<typeof exampleSoupParameters>,
  kitchen: ExampleKitchen,
  context: StepContext,
) => Promise<Found>;

const cooks: { readonly [Name in ExampleSoup['method']]: Cook } = {
  'instant-seasoning': async (told, kitchen) => {
    const { mixture } = await seasonAtOnce(dataMethods['instant-seasoning'].complete(told), kitchen);
    return { mixture, trace: [], rule: null };
  },
  'self-seasoning': (told, kitchen) => seasonItself(dataMethods['self-seasoning'].complete(told), kitchen),
  fisher: (told, kitchen, context) => {
    const { labels, ...parameters } = dataMethods.fisher.complete(told);
    return mixByMeasurements('fisher', parameters, fisherMeasuring({ labels }), kitchen, context);
  },
  regmean: (told, kitchen, context) => {
    const { batch, ...parameters } = dataMethods.regmean.complete(told);
    return mixByMeasurements('regmean', parameters, gramMeasuring({ batch }), kitchen, context);
  },
};

/** Measures every ingredient and stores what was measured: the soup is proven with it, not with the examples. */
async function mixByMeasurements(
  method: string,
  parameters: ReturnType<typeof exampleSoupParameters>,
  { kind, open }: Measuring,
  kitchen: ExampleKitchen,
  { store, scratch }: StepContext,
): Promise<Found> {
  const measure = await open(kitchen);
  const measured: StepOutput[] = [];
  for (const [index, { path, hash = '' }] of kitchen.ingredients.entries()) {
    const file = join(scratch, `measured-${index + 1}.safetensors`);
    try {
      await writeMeasured(file, kind, hash, await measure(await tensorsOf(path), hash));
      measured.push(await store.put(createReadStream(file, { highWaterMark: 2 ** 20 }), 'application/x-safetensors'));
    } finally {
      await rm(file, { force: true });
    }
    kitchen.onProgress?.('ingredients measured', index + 1, kitchen.ingredients.length);
  }
  const members = kitchen.ingredients.map((_, index) => index);
  return { mixture: { method, parameters, members }, trace: [], rule: null, measured };
}
