/** @file The two losses that coefficients are learned from, over the examples of one split. */
import { keyed } from '../../random/index.js';
import { seasoningEntropy } from '../../ssl/losses/seasoning-entropy.js';
import { smoothedTargets, softTargetCrossEntropy } from '../../training/cross-entropy.js';
import type { TrainingTask } from '../../training/training-task.js';
import { SoupError } from '../errors.js';
import { largestSize, type Shown } from '../shown/shown.js';
import { type Lesson, type LessonBatches, type LessonOptions, openLesson, SCALE } from './lesson.js';

export interface LessonPlan extends LessonOptions {
  /** Fewer examples make one batch of themselves. */
  readonly batch: number;
  /** Shuffles the examples of each epoch. */
  readonly seed: number;
}

type Asked = Pick<Shown, 'model' | 'examples'>;

/** Cross-entropy of scale · logits on the selection split (Wortsman et al. 2022, appendix I). The last batch may be short. */
export async function selectionLesson(
  { model, examples }: Asked,
  { classes, labels, ...plan }: LessonPlan & { readonly classes: number; readonly labels: ArrayLike<number> },
): Promise<Lesson & AsyncDisposable> {
  const batch = Math.min(plan.batch, examples.count);
  const size = largestSize(examples);
  const task: TrainingTask = {
    parameters: [
      ...model.parameters,
      ...model.head(classes),
      { name: SCALE, shape: [1], initial: { kind: 'ones' }, decay: false },
    ],
    frozen: new Set(),
    inputs: [...model.inputs(batch, size), { name: 'targets', dtype: 'f32', shape: [batch, classes] }],
    independent: { examples: batch },
    loss: (b, parameters, input) =>
      softTargetCrossEntropy(b, b.mul(model.logits(b, parameters, input), parameters(SCALE)), input('targets')),
  };
  const batches = shuffled(examples.count, plan.seed, batch, Math.ceil, async (places) => {
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
      ...(await examples.feeds(places, size, batch)),
      targets: { dtype: 'f32', shape: [batch, classes], data: targets },
    };
  });
  return openLesson(task, batches, plan);
}

/** Mean entropy of the similarities to the k nearest examples of the batch (Self-Soupervision §3.3): no labels. Whole batches only. */
export async function entropyLesson(
  { model, examples }: Asked,
  { k = 16, temperature = 0.07, ...plan }: LessonPlan & { readonly k?: number; readonly temperature?: number },
): Promise<Lesson & AsyncDisposable> {
  const batch = Math.min(plan.batch, examples.count);
  if (k >= batch) {
    throw new SoupError(
      `Self-seasoning looks at the ${k} nearest of a batch, and a batch of ${batch} has ${Math.max(0, batch - 1)} others.`,
      'Give more examples, or a smaller k.',
    );
  }
  const size = largestSize(examples);
  const task: TrainingTask = {
    parameters: model.parameters,
    frozen: new Set(),
    inputs: model.inputs(batch, size),
    loss: (b, parameters, input) => seasoningEntropy(b, model.features(b, parameters, input), { k, temperature }),
  };
  const batches = shuffled(examples.count, plan.seed, batch, Math.floor, (places) => examples.feeds(places, size));
  return openLesson(task, batches, plan);
}

/** Every example once an epoch, in an order of the epoch's own; `whole` says what becomes of a short last batch. */
function shuffled(
  count: number,
  seed: number,
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
