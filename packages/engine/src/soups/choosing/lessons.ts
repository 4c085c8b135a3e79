/** @file The two losses that coefficients are learned from, over the images of one split. */
import type { VisionModel } from '../../models/vision-model.js';
import { logitsOf } from '../../models/vision-model.js';
import { keyed } from '../../random/index.js';
import { seasoningEntropy } from '../../ssl/losses/seasoning-entropy.js';
import { smoothedTargets, softTargetCrossEntropy } from '../../training/cross-entropy.js';
import type { TrainingTask } from '../../training/training-task.js';
import { SoupError } from '../errors.js';
import { type Lesson, type LessonBatches, type LessonOptions, openLesson, SCALE } from './lesson.js';

/** Images that a lesson looks at, without augmentation. */
export interface LessonExamples {
  readonly count: number;
  /** Normalised values [places, c, h, w] of the examples at these places, each 0 … count − 1. */
  images(places: readonly number[]): Promise<Float32Array>;
}

export interface LessonPlan extends LessonOptions {
  readonly examples: LessonExamples;
  /** Fewer examples make one batch of themselves. */
  readonly batch: number;
  /** Shuffles the examples of each epoch. */
  readonly seed: number;
}

/** Cross-entropy of scale · logits on the selection split (Wortsman et al. 2022, appendix I). The last batch may be short. */
export async function selectionLesson(
  model: VisionModel,
  { classes, labels, ...plan }: LessonPlan & { readonly classes: number; readonly labels: ArrayLike<number> },
): Promise<Lesson & AsyncDisposable> {
  const { examples } = plan;
  const batch = Math.min(plan.batch, examples.count);
  const size = imageSize(model);
  const task: TrainingTask = {
    parameters: [
      ...model.parameters,
      ...model.head(classes),
      { name: SCALE, shape: [1], initial: { kind: 'ones' }, decay: false },
    ],
    frozen: new Set(),
    inputs: [
      { name: 'images', dtype: 'f32', shape: [batch, ...model.imageShape] },
      { name: 'targets', dtype: 'f32', shape: [batch, classes] },
    ],
    independent: { examples: batch },
    loss: (b, parameters, input) =>
      softTargetCrossEntropy(
        b,
        b.mul(logitsOf(model, b, parameters, input('images')), parameters(SCALE)),
        input('targets'),
      ),
  };
  const batches = shuffled(plan, batch, Math.ceil, async (places) => {
    const images = new Float32Array(batch * size);
    images.set(await examples.images(places));
    // Rows without a target add nothing to the loss.
    const targets = new Float32Array(batch * classes);
    targets.set(
      smoothedTargets(
        places.map((place) => labels[place] ?? -1),
        classes,
        0,
      ),
    );
    return {
      images: { dtype: 'f32', shape: [batch, ...model.imageShape], data: images },
      targets: { dtype: 'f32', shape: [batch, classes], data: targets },
    };
  });
  return openLesson(task, batches, plan);
}

/** Mean entropy of the similarities to the k nearest images of the batch (Self-Soupervision §3.3): no labels. Whole batches only. */
export async function entropyLesson(
  model: VisionModel,
  { k = 16, temperature = 0.07, ...plan }: LessonPlan & { readonly k?: number; readonly temperature?: number },
): Promise<Lesson & AsyncDisposable> {
  const { examples } = plan;
  const batch = Math.min(plan.batch, examples.count);
  if (k >= batch) {
    throw new SoupError(
      `Self-seasoning looks at the ${k} nearest of a batch, and a batch of ${batch} has ${Math.max(0, batch - 1)} others.`,
      'Give more images, or a smaller k.',
    );
  }
  const task: TrainingTask = {
    parameters: model.parameters,
    frozen: new Set(),
    inputs: [{ name: 'images', dtype: 'f32', shape: [batch, ...model.imageShape] }],
    loss: (b, parameters, input) =>
      seasoningEntropy(b, model.features(b, parameters, input('images')), { k, temperature }),
  };
  const batches = shuffled(plan, batch, Math.floor, async (places) => ({
    images: { dtype: 'f32', shape: [batch, ...model.imageShape], data: await examples.images(places) },
  }));
  return openLesson(task, batches, plan);
}

/** Every example once an epoch, in an order of the epoch's own; `whole` says what becomes of a short last batch. */
function shuffled(
  { examples: { count }, seed }: LessonPlan,
  size: number,
  whole: (batches: number) => number,
  feeds: (places: readonly number[]) => Promise<Awaited<ReturnType<LessonBatches['at']>>['feeds']>,
): LessonBatches {
  let shown: { readonly epoch: number; readonly order: Uint32Array } | undefined;
  return {
    count: size === 0 ? 0 : whole(count / size),
    async at(epoch, batch) {
      if (shown?.epoch !== epoch) shown = { epoch, order: keyed(seed, 'lesson', epoch).permutation(count) };
      const places = [...shown.order.subarray(batch * size, (batch + 1) * size)];
      return { feeds: await feeds(places), real: places.length };
    },
  };
}

function imageSize({ imageShape: [channels, height, width] }: VisionModel): number {
  return channels * height * width;
}
