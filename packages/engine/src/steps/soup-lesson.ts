import { openSafetensors } from '../checkpoints/safetensors.js';
import { openDataset } from '../data/dataset.js';
import { testImages } from '../data/test-images.js';
import { EvaluationError } from '../evaluation/errors.js';
import { benchmarkExamples } from '../evaluation/examples.js';
import { type EvaluationProtocol, readProtocol } from '../evaluation/protocol.js';
import { describeModel, type ModelDescription } from '../models/metadata.js';
import { visionModel } from '../models/vision-model.js';
import { type Lesson, SoupError, selectionLesson } from '../soups/index.js';
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

/** The labelled images of the selection benchmark, and the network that all ingredients share, to learn coefficients from. */
export async function openSoupLesson(
  context: StepContext,
  { batch, seed }: { readonly batch: number; readonly seed: number },
): Promise<Lesson & AsyncDisposable & { readonly n: number }> {
  const protocol = await selectionProtocol(context);
  if (protocol.corruptions !== null || (await readsText(context))) {
    throw new SoupError(
      'The coefficients of a learned soup are learned from the images of a split as they are.',
      'Select on a benchmark of images without corruptions, or choose the soup by its score: greedy, greedier or pruned.',
    );
  }
  const { device, threads, resolveSource } = context;
  const manifest = inputOf(context, 'dataset').path;
  const { labels } = await benchmarkExamples(protocol, manifest, null, resolveSource);
  const dataset = await openDataset(manifest, { resolveSource, splits: [protocol.split.name] });
  const split = dataset.split(protocol.split.name);
  const { description, classes } = await ingredientModel(inputOf(context, 'ingredients').path);
  const model = visionModel(description.architecture);
  const { imageShape: image } = model;
  const examples = {
    count: protocol.n,
    async images(places: readonly number[]) {
      const positions = places.map((place) => protocol.positions[place] ?? -1);
      const plan = { image, normalise: description.preprocessing, positions, rows: positions.length };
      await using shown = testImages(split, plan);
      return shown.chunk(0);
    },
  };
  const plan = { examples, labels, classes, batch, seed, device, threads };
  return Object.assign(await selectionLesson(model, plan), { n: protocol.n });
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
