/** @file A linear model with a teacher and a queue of old rows: a small stand-in for MoCo. Used by tests only. */
import type { NamedTensors } from '../models/initialise.js';
import { keyed } from '../random/index.js';
import { adamw } from './optimizers/adamw.js';
import type { Training } from './train.js';
import type { TrainingTask } from './training-task.js';

export const WIDTH = 3;
export const BATCH = 2;
const QUEUE = 4;

export const MOMENTUM = (step: number): number => 0.9 + 0.02 * step;

/**
 * Rows [2, 3] · w [3, 1] are pulled towards what the teacher says of them and away from what it said of rows before; the
 * queue keeps its last four answers, `seen` the teacher as the loss read it.
 */
export const rememberingTask: TrainingTask = {
  parameters: [{ name: 'w', shape: [WIDTH, 1], initial: { kind: 'zeros' } }],
  frozen: new Set(),
  inputs: [{ name: 'rows', dtype: 'f32', shape: [BATCH, WIDTH] }],
  memory: [
    { name: 'queue', shape: [QUEUE, 1], initial: () => Float32Array.from({ length: QUEUE }, (_, at) => 0.25 * at) },
    { name: 'seen', shape: [WIDTH, 1], initial: () => new Float32Array(WIDTH) },
  ],
  teacher: { momentum: MOMENTUM },
  loss: (b, parameters, input, { teacher, memory }) => {
    const answer = b.matMul(input('rows'), parameters('w'));
    const taught = b.matMul(input('rows'), teacher('w'));
    const old = b.reduceMean(memory('queue'), { keepdims: false });
    const [, rest] = b.split(memory('queue'), { axis: 0, sizes: [BATCH, QUEUE - BATCH] });
    if (rest === undefined) throw new Error('Split into two gave fewer than two.');
    const difference = b.sub(b.sub(answer, taught), b.mul(old, 0.5));
    return {
      loss: b.reduceMean(b.mul(difference, difference), { keepdims: false }),
      memory: { queue: b.concat([rest, taught], { axis: 0 }), seen: teacher('w') },
    };
  },
};

export const initialRememberer: NamedTensors = new Map([
  ['w', { shape: [WIDTH, 1], data: Float32Array.of(0.5, -1, 0.25) }],
]);

/** That training for a number of steps; its batches come late, as those of a loader do. */
export function remembering(steps: number, change: Partial<Training> = {}): Training {
  return {
    task: rememberingTask,
    initial: initialRememberer,
    optimizer: adamw(),
    weightDecay: 0.01,
    schedule: { steps, at: () => 0.05 },
    clip: null,
    batches: {
      batchSize: BATCH,
      at: async (step) => {
        const random = keyed(4, step);
        return {
          rows: {
            dtype: 'f32',
            shape: [BATCH, WIDTH],
            data: Float32Array.from({ length: BATCH * WIDTH }, () => random.normal()),
          },
        };
      },
    },
    ...change,
  };
}
