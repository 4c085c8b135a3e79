import { openSafetensors } from '../checkpoints/safetensors.js';
import type { Labels } from '../data/split.js';
import { testImages } from '../data/test-images.js';
import { EvaluationError } from '../evaluation/errors.js';
import { readExamples, readTexts } from '../evaluation/examples.js';
import { type EvaluationProtocol, readProtocol } from '../evaluation/protocol.js';
import type { ImageArchitecture } from '../models/architecture.js';
import { describeModel } from '../models/metadata.js';
import { textModelOf } from '../models/text/load-text-model.js';
import { visionModel } from '../models/vision-model.js';
import { type Lesson, SoupError, selectionLesson } from '../soups/index.js';
import { type ImagesToShow, shownImages } from '../soups/shown/images.js';
import type { Shown } from '../soups/shown/shown.js';
import { shownTexts } from '../soups/shown/texts.js';
import { inputOf, type StepContext } from './definition.js';
import { readsText, tokensOf } from './text/text-data.js';

/** The protocol of the benchmark that a soup is chosen by. Throws EvaluationError when its split has another role. */
export async function selectionProtocol(context: StepContext): Promise<EvaluationProtocol> {
  const protocol = await readProtocol(inputOf(context, 'benchmark').path);
  if (protocol.split.role === 'selection') return protocol;
  throw new EvaluationError(
    `A soup was to be chosen on the split '${protocol.split.name}', whose role is '${protocol.split.role}'.`,
    'Choose on a split with the role selection: what is chosen on a split cannot be judged on it.',
  );
}

/** The labelled examples of the selection benchmark, as the network takes them that all ingredients share. */
export interface LessonExamples {
  readonly shown: Shown;
  readonly classes: number;
  readonly labels: Labels;
}

/** @param what the method in the words of a refusal: 'The coefficients of a learned soup are learned from' */
export async function openLessonExamples(context: StepContext, what: string): Promise<LessonExamples> {
  if (!(await readsText(context))) {
    const { architecture, classes, labels, images } = await openLessonImages(context, what);
    return { shown: shownImages(architecture, images), classes, labels };
  }
  const protocol = await selectionProtocol(context);
  const { labels, split } = await readTexts(protocol, inputOf(context, 'dataset').path, context.resolveSource);
  const { metadata, classes } = await firstIngredient(context);
  const model = textModelOf(new Map(), metadata, 'The first ingredient');
  const sequences = await tokensOf(split, model, context.signal, protocol.positions);
  return { shown: shownTexts(model.architecture, sequences), classes, labels };
}

/** Labelled images of the selection benchmark, as they are. */
export interface LessonImages {
  readonly architecture: ImageArchitecture;
  readonly classes: number;
  readonly images: ImagesToShow;
  readonly labels: Labels;
}

/** As `openLessonExamples`, of images. Throws SoupError for corrupted ones. */
export async function openLessonImages(context: StepContext, what: string): Promise<LessonImages> {
  const protocol = await selectionProtocol(context);
  if (protocol.corruptions !== null) {
    throw new SoupError(
      `${what} the images of a split as they are.`,
      'Select on a benchmark of images without corruptions, or choose the soup by its score: greedy, greedier or pruned.',
    );
  }
  const { resolveSource } = context;
  const manifest = inputOf(context, 'dataset').path;
  const { labels, split } = await readExamples(protocol, manifest, resolveSource);
  const { metadata, classes } = await firstIngredient(context);
  const { architecture, preprocessing } = describeModel(metadata, 'The first ingredient');
  const { imageShape: image } = visionModel(architecture);
  const images = {
    count: protocol.n,
    async images(places: readonly number[]) {
      const positions = places.map((place) => protocol.positions[place] ?? -1);
      await using shown = testImages(split, { image, normalise: preprocessing, positions, rows: positions.length });
      return shown.chunk(0);
    },
  };
  return { architecture, classes, images, labels };
}

/** What the coefficients of a learned soup are learned from: cross-entropy on the labelled examples of the selection benchmark. */
export async function openSoupLesson(
  context: StepContext,
  { batch, seed }: { readonly batch: number; readonly seed: number },
): Promise<Lesson & AsyncDisposable & { readonly n: number }> {
  const { device, threads } = context;
  const { shown, classes, labels } = await openLessonExamples(
    context,
    'The coefficients of a learned soup are learned from',
  );
  const lesson = await selectionLesson(shown, { labels, classes, batch, seed, device, threads });
  return Object.assign(lesson, { n: shown.examples.count });
}

async function firstIngredient(
  context: StepContext,
): Promise<{ readonly metadata: ReadonlyMap<string, string>; readonly classes: number }> {
  const file = await openSafetensors(inputOf(context, 'ingredients').path);
  try {
    const classes = file.entries.get('head.weight')?.shape[0];
    if (classes === undefined) {
      throw new SoupError(
        'The ingredients have no head, so their answers cannot be compared with labels.',
        'Fine-tune them first.',
      );
    }
    return { metadata: file.metadata, classes };
  } finally {
    await file.close();
  }
}
