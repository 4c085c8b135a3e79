import { openSafetensors } from '../checkpoints/safetensors.js';
import { openDataset } from '../data/dataset.js';
import type { Labels } from '../data/split.js';
import { testImages } from '../data/test-images.js';
import { EvaluationError } from '../evaluation/errors.js';
import { benchmarkExamples } from '../evaluation/examples.js';
import { type EvaluationProtocol, readProtocol } from '../evaluation/protocol.js';
import type { ImageArchitecture } from '../models/architecture.js';
import { describeModel, type ModelDescription } from '../models/metadata.js';
import { type VisionModel, visionModel } from '../models/vision-model.js';
import { type Lesson, type LessonExamples, SoupError, selectionLesson } from '../soups/index.js';
import { inputOf, type StepContext } from './definition.js';
import { readsText } from './text/text-data.js';

/** The protocol of the benchmark that a soup is chosen by. Throws EvaluationError when its split has another role. */
export async function selectionProtocol(context: StepContext): Promise<EvaluationProtocol> {
  const protocol = await readProtocol(inputOf(context, 'benchmark').path);
  if (protocol.split.role === 'selection') return protocol;
  throw new EvaluationError(
    `A soup was to be chosen on the split '${protocol.split.name}', whose role is '${protocol.split.role}'.`,
    'Choose on a split with the role selection: what is chosen on a split cannot be judged on it.',
  );
}

/** The labelled images of the selection benchmark, as the network takes them that all ingredients share. */
export interface LessonImages {
  readonly model: VisionModel;
  readonly architecture: ImageArchitecture;
  readonly classes: number;
  readonly examples: LessonExamples;
  readonly labels: Labels;
}

/** @param what the method in the words of a refusal: 'The coefficients of a learned soup are learned from' */
export async function openLessonImages(context: StepContext, what: string): Promise<LessonImages> {
  const protocol = await selectionProtocol(context);
  if (protocol.corruptions !== null || (await readsText(context))) {
    throw new SoupError(
      `${what} the images of a split as they are.`,
      'Select on a benchmark of images without corruptions, or choose the soup by its score: greedy, greedier or pruned.',
    );
  }
  const { resolveSource } = context;
  const manifest = inputOf(context, 'dataset').path;
  const { labels } = await benchmarkExamples(protocol, manifest, null, resolveSource);
  const dataset = await openDataset(manifest, { resolveSource, splits: [protocol.split.name] });
  const split = dataset.split(protocol.split.name);
  const { description, classes } = await ingredientModel(inputOf(context, 'ingredients').path);
  const { architecture, preprocessing } = description;
  const model = visionModel(architecture);
  const { imageShape: image } = model;
  const examples = {
    count: protocol.n,
    async images(places: readonly number[]) {
      const positions = places.map((place) => protocol.positions[place] ?? -1);
      await using shown = testImages(split, { image, normalise: preprocessing, positions, rows: positions.length });
      return shown.chunk(0);
    },
  };
  return { model, architecture, classes, examples, labels };
}

/** What the coefficients of a learned soup are learned from: cross-entropy on the labelled images of the selection benchmark. */
export async function openSoupLesson(
  context: StepContext,
  { batch, seed }: { readonly batch: number; readonly seed: number },
): Promise<Lesson & AsyncDisposable & { readonly n: number }> {
  const { device, threads } = context;
  const { model, classes, examples, labels } = await openLessonImages(
    context,
    'The coefficients of a learned soup are learned from',
  );
  const plan = { examples, labels, classes, batch, seed, device, threads };
  return Object.assign(await selectionLesson(model, plan), { n: examples.count });
}

async function ingredientModel(path: string): Promise<{ description: ModelDescription; classes: number }> {
  const file = await openSafetensors(path);
  try {
    const classes = file.entries.get('head.weight')?.shape[0];
    if (classes === undefined) {
      throw new SoupError(
        'The ingredients have no head, so their answers cannot be compared with labels.',
        'Fine-tune them first.',
      );
    }
    return { description: describeModel(file.metadata, 'The first ingredient'), classes };
  } finally {
    await file.close();
  }
}
