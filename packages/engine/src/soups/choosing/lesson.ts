import { gradients } from '../../autodiff/gradients.js';
import { GraphBuilder } from '../../graph/builder.js';
import type { Graph } from '../../graph/graph.js';
import type { Tensor } from '../../graph/tensor.js';
import { checkFit } from '../../models/fit.js';
import { parameterValues } from '../../models/parameter-values.js';
import { elementCount } from '../../models/parameters.js';
import type { DeviceName } from '../../runtime/devices.js';
import { compile } from '../../runtime/executable.js';
import { gradientInTurns } from '../../training/gradient-in-turns.js';
import type { ParameterGroup } from '../../training/parameter-layout.js';
import { batchValues, type Feeds, noContext, type TrainingTask } from '../../training/training-task.js';
import { turnsOf } from '../../training/turns.js';

/** What coefficients are learned from: a loss of a mixed model, and its slopes by the model's tensors. */
export interface Lesson {
  /** Batches of an epoch. */
  readonly batches: number;
  /** The model's loss on a batch of an epoch. `scale` multiplies the logits where the loss has any. */
  look(model: ReadonlyMap<string, Tensor>, scale: number, epoch: number, batch: number): Promise<Look>;
}

export interface Look {
  readonly loss: number;
  /** ∂ loss / ∂ tensor, by name; a tensor that is not here does not matter for the loss. */
  readonly slopes: ReadonlyMap<string, Float32Array | Float64Array>;
  /** ∂ loss / ∂ scale; null for a loss without logits. */
  readonly scaleSlope: number | null;
}

/** The name of the parameter by which a task's loss reads the scale of the logits. No tensor is called so. */
export const SCALE = 'scale of the logits';

export interface LessonOptions {
  readonly device?: DeviceName;
  readonly threads: number;
  /** In how many turns the gradient of independent examples is taken; left out, as many as suit the cache. */
  readonly turns?: number;
}

export interface LessonBatches {
  readonly count: number;
  /** The feeds of a batch, and how many of its examples are real: the others are padding that adds 0 to the loss. */
  at(epoch: number, batch: number): Promise<{ readonly feeds: Feeds; readonly real: number }>;
}

/**
 * One forward and backward pass of a training task as a lesson: the step graph without an optimizer. With padding, the loss
 * and the slopes are those of the mean over the real examples. Throws CheckpointFitError for a model of other tensors.
 */
export async function openLesson(
  task: TrainingTask,
  batches: LessonBatches,
  { device = 'cpu', threads, turns = turnsOf(task) }: LessonOptions,
): Promise<Lesson & AsyncDisposable> {
  const table = task.parameters.filter(({ name }) => name !== SCALE);
  const scaled = table.length < task.parameters.length;
  const size = task.independent?.examples ?? 1;
  const executable = await compile(slopeGraph(task, turns), { device, threads });
  return {
    batches: batches.count,
    async look(model, scale, epoch, batch) {
      checkFit(model, table, 'The mixed model');
      const { feeds, real } = await batches.at(epoch, batch);
      const weights = table.map(({ name }) => [weightName(name), model.get(name)] as const);
      const factor: [string, Tensor][] = scaled
        ? [[weightName(SCALE), { dtype: 'f32', shape: [1], data: Float32Array.of(scale) }]]
        : [];
      const given = [...weights, ...factor].flatMap(([name, tensor]) => (tensor === undefined ? [] : [[name, tensor]]));
      const outputs = await executable.run({ ...Object.fromEntries(given), ...feeds });
      const share = size / real;
      const numbers = (name: string) => {
        const data = outputs[name]?.data;
        if (!(data instanceof Float32Array)) throw new Error(`The lesson has no f32 output '${name}'.`);
        return share === 1 ? data : data.map((value) => value * share);
      };
      return {
        loss: numbers('loss')[0] ?? Number.NaN,
        slopes: new Map(table.map(({ name }) => [name, numbers(slopeName(name))])),
        scaleSlope: scaled ? (numbers(slopeName(SCALE))[0] ?? Number.NaN) : null,
      };
    },
    [Symbol.asyncDispose]: () => executable.dispose(),
  };
}

const weightName = (parameter: string) => `weight ${parameter}`;
const slopeName = (parameter: string) => `slope ${parameter}`;

/** Inputs: the task's own and every parameter. Outputs: `loss`, and the flat gradient by every parameter. */
function slopeGraph(task: TrainingTask, turns: number): Graph {
  const b = new GraphBuilder();
  const inputs = new Map(task.inputs.map(({ name, dtype, shape }) => [name, b.input(name, dtype, shape)]));
  const weights = task.parameters.map(({ name, shape }) => b.input(weightName(name), 'f32', shape));
  const parameters = parameterValues(
    new Map(task.parameters.flatMap(({ name }, i) => (weights[i] === undefined ? [] : [[name, weights[i]]]))),
  );
  const input = batchValues(inputs);
  if (turns > 1) {
    const groups = task.parameters.map(alone);
    const { loss, raw } = gradientInTurns(b, { task, groups, frozen: new Map(), turns, input, parameters });
    b.output('loss', loss);
    for (const [i, slope] of raw.entries()) b.output(slopeName(groups[i]?.name ?? ''), slope);
    return b.build();
  }
  const result = task.loss(b, parameters, input, noContext);
  const loss = 'loss' in result ? result.loss : result;
  b.output('loss', loss);
  for (const [i, slope] of gradients(b, loss, weights).entries()) {
    b.output(slopeName(task.parameters[i]?.name ?? ''), b.reshape(slope, [-1]));
  }
  return b.build();
}

/** A parameter as a group of its own. */
function alone({ name, shape }: { readonly name: string; readonly shape: readonly number[] }): ParameterGroup {
  const size = elementCount(shape);
  return { name, weightDecay: 0, lrScale: 1, size, slots: [{ name, shape, offset: 0, size }] };
}
