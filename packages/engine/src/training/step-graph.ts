import { gradients } from '../autodiff/gradients.js';
import { GraphBuilder } from '../graph/builder.js';
import type { Graph, Value } from '../graph/graph.js';
import type { NamedTensors } from '../models/initialise.js';
import { type ParameterValues, parameterValues } from '../models/parameter-values.js';
import { elementCount } from '../models/parameters.js';
import { clipByGlobalNorm, globalNorm } from './clipping.js';
import { gradientInTurns } from './gradient-in-turns.js';
import { inHalfPrecision } from './half-precision.js';
import { type LossScale, type ScaledLoss, scaledLoss } from './loss-scale.js';
import type { Optimizer } from './optimizers/optimizer.js';
import type { ParameterGroup } from './parameter-layout.js';
import { memoryName, nextName, SCALARS, stateName } from './state-vectors.js';
import { batchValues, type LossContext, type LossResult, type TrainingTask } from './training-task.js';
import { turnsOf } from './turns.js';

/** What a step graph is made of, and with it which vectors make up the state of the training. */
export interface StepPlan {
  readonly task: TrainingTask;
  readonly groups: readonly ParameterGroup[];
  readonly frozen: NamedTensors;
  readonly optimizer: Optimizer;
  /** Upper bound of the gradient's global norm; null for none. */
  readonly clip: number | null;
  /** Batches whose gradients are averaged into one update; 1 for the plain step. */
  readonly accumulate: number;
  /** Decay of the exponential mean of the weights; null for none. */
  readonly ema: number | null;
  /** Computes in f16 and scales the loss like this; left out, everything is f32. */
  readonly lossScale?: LossScale;
  /** In how many turns the gradient of independent examples is taken; left out, `turnsOf` the task. */
  readonly turns?: number;
}

/**
 * One training step as one graph: forward, backward, clipping by the global norm and the optimizer's update.
 *
 * Inputs: the task's own, the scalars of `stepScalars` (f32 []), and the vectors of `stateVectors`. Outputs: `loss` and
 * `gradient_norm` (before clipping), and the next value of every state vector under its input's name with `next.` before
 * it. Frozen parameters are constants of the graph. With accumulation, the outputs tell of all batches of the update so
 * far, and only the run that is told to `apply` changes weights.
 */
export function buildStepGraph(plan: StepPlan): Graph {
  const { task, groups, optimizer, clip } = plan;
  const b = new GraphBuilder();
  const inputs = new Map(task.inputs.map(({ name, dtype, shape }) => [name, b.input(name, dtype, shape)]));
  const scalars = Object.fromEntries(
    Object.keys(optimizer.scalars(0, 0)).map((name) => [name, b.input(name, 'f32', [])]),
  );
  const weights = groups.map((group) => b.input(stateName('weights', group), 'f32', [group.size]));
  const parameters = valuesOf(b, plan, weights);
  const context = lossContext(b, plan, weights);

  const scale = plan.lossScale === undefined ? null : scaledLoss(b, plan.lossScale);
  const { loss, memory, raw } = lossAndGradients(b, plan, {
    ...{ inputs, parameters, weights, scale, context: context.given },
  });
  const { mean, whole, apply } = accumulated(b, plan, loss, raw);
  const norm = globalNorm(b, mean);
  const clipped = clip === null ? mean : clipByGlobalNorm(b, mean, norm, clip);
  b.output('loss', whole);
  b.output('gradient_norm', norm);

  const averaged = plan.ema === null ? null : exponentialMean(b, 'ema');
  const finite = scale?.verdict(whole, norm, apply) ?? null;
  const goes = finite === null || apply === null ? (finite ?? apply) : b.and(finite, apply);
  const keep = (next: Value, old: Value) => (goes === null ? next : b.where(goes, next, old));
  for (const [index, group] of groups.entries()) {
    const [groupWeights, gradient] = [weights[index], clipped[index]];
    if (groupWeights === undefined || gradient === undefined) throw new Error(`Group ${group.name} has no gradient.`);
    const state = Object.fromEntries(
      optimizer.slots.map((slot) => [slot, b.input(stateName(slot, group), 'f32', [group.size])]),
    );
    const next = optimizer.update(b, { weights: groupWeights, gradient, state }, scalars, group);
    const nextWeights = keep(next.weights, groupWeights);
    b.output(nextName('weights', group), nextWeights);
    for (const [slot, value] of Object.entries(next.state)) {
      const old = state[slot];
      if (old === undefined) throw new Error(`The optimizer gave a slot '${slot}' that it does not list.`);
      b.output(nextName(slot, group), keep(value, old));
    }
    if (averaged !== null) b.output(nextName('ema', group), averaged(group, nextWeights));
  }
  for (const [slot, value] of context.written(memory, finite)) b.output(`next.${slot}`, value);
  return scale === null ? b.build() : inHalfPrecision(b.build());
}

/** The loss of the batch and its gradient by the vector of each group. */
function lossAndGradients(
  b: GraphBuilder,
  { task, groups, frozen, turns: wanted }: StepPlan,
  given: {
    inputs: ReadonlyMap<string, Value>;
    parameters: ParameterValues;
    weights: readonly Value[];
    scale: ScaledLoss | null;
    context: LossContext;
  },
): { loss: Value; memory: Readonly<Record<string, Value>>; raw: readonly Value[] } {
  const { inputs, parameters, weights, scale, context } = given;
  // In f16 the sums of the turns would not go through the scale; and a device with memory of its own has no cache to fit.
  const turns = scale === null ? (wanted ?? turnsOf(task)) : 1;
  if (turns > 1)
    return {
      memory: {},
      ...gradientInTurns(b, { task, groups, frozen, turns, input: batchValues(inputs), parameters }),
    };
  const { loss, memory = {} } = asResult(task.loss(b, parameters, batchValues(inputs), context));
  if (scale === null) return { loss, memory, raw: gradients(b, loss, weights) };
  return { loss, memory, raw: gradients(b, scale.scaled(loss), weights).map(scale.unscaled) };
}

/** Every parameter of the task: the frozen ones as constants, the others cut out of the vectors of their groups. */
function valuesOf(b: GraphBuilder, { frozen, groups }: StepPlan, vectors: readonly Value[]): ParameterValues {
  const parameters = new Map<string, Value>();
  for (const [name, { shape, data }] of frozen) parameters.set(name, b.constant(data, 'f32', shape, name));
  for (const [index, group] of groups.entries()) {
    for (const [name, value] of cut(b, group, vectors[index])) parameters.set(name, value);
  }
  return parameterValues(parameters);
}

/** The parameters of a group out of its flat vector; the gradient of this cut is one concatenation. */
function cut(b: GraphBuilder, group: ParameterGroup, flat: Value | undefined): [string, Value][] {
  if (flat === undefined) throw new Error(`Group ${group.name} has no weights.`);
  const pieces = b.split(flat, { axis: 0, sizes: group.slots.map(({ size }) => size) });
  return group.slots.flatMap(({ name, shape }, index): [string, Value][] => {
    const piece = pieces[index];
    return piece === undefined ? [] : [[name, b.reshape(piece, shape)]];
  });
}

/** vector ← keep·vector + learn·towards, both factors fed by the host, which knows 1 − m to more digits than f32. */
function exponentialMean(b: GraphBuilder, slot: 'ema' | 'teacher'): (group: ParameterGroup, towards: Value) => Value {
  // One pair of factors for all groups.
  const [keep, learn] = SCALARS[slot].map((name) => b.input(name, 'f32', []));
  if (keep === undefined || learn === undefined) throw new Error(`The mean '${slot}' has no factors.`);
  return (group, towards) => {
    const vector = b.input(stateName(slot, group), 'f32', [group.size]);
    return b.add(b.mul(vector, keep), b.mul(towards, learn));
  };
}

/** What the loss reads beside weights and batch, and the next values of it, by state name. */
function lossContext(
  b: GraphBuilder,
  plan: StepPlan,
  weights: readonly Value[],
): {
  given: LossContext;
  written: (memory: Readonly<Record<string, Value>>, finite: Value | null) => [string, Value][];
} {
  const { task, groups } = plan;
  const mean = task.teacher === undefined ? null : exponentialMean(b, 'teacher');
  const teachers = groups.flatMap((group, index) => {
    const towards = weights[index];
    return mean === null || towards === undefined ? [] : [b.stopGradient(mean(group, b.stopGradient(towards)))];
  });
  const slots = new Map((task.memory ?? []).map((slot) => [slot.name, b.input(memoryName(slot), 'f32', slot.shape)]));
  const readable = new Map([...slots].map(([name, slot]) => [name, b.stopGradient(ownCopy(b, slot))]));
  return {
    given: {
      teacher:
        task.teacher === undefined
          ? (name) => {
              throw new Error(`The loss reads ${name} of a teacher, and its task keeps none.`);
            }
          : valuesOf(b, plan, teachers),
      memory: (name) => {
        const slot = readable.get(name);
        if (slot === undefined) throw new Error(`The loss reads a memory '${name}' that its task does not list.`);
        return slot;
      },
    },
    written: (memory, finite) => {
      const unknown = Object.keys(memory).find((name) => !slots.has(name));
      if (unknown !== undefined) throw new Error(`The loss writes a memory '${unknown}' that its task does not list.`);
      const kept = [...slots].map(([name, old]): [string, Value] => {
        const next = memory[name] ?? b.identity(old);
        return [memoryName({ name }), finite === null ? next : b.where(finite, next, old)];
      });
      const taught = teachers.map((value, index): [string, Value] => [
        stateName('teacher', groups[index] ?? { name: '' }),
        value,
      ]);
      return [...kept, ...taught];
    },
  };
}

/**
 * The same numbers in memory that the runtime allocated. A sum over fed memory may depend, in its last bit, on how that
 * memory is aligned, and a resumed training feeds another; the weights are safe because they are cut into parameters.
 */
function ownCopy(b: GraphBuilder, fed: Value): Value {
  const size = elementCount(fed.shape);
  const [copy = fed] = b.split(b.reshape(fed, [size]), { axis: 0, sizes: [size] });
  return b.reshape(copy, fed.shape);
}

/**
 * The mean gradient and loss of the batches of this update so far. `apply` is null when every step is an update, else a
 * boolean: whether this run is the last batch of one. After it the sums begin at zero again.
 */
function accumulated(
  b: GraphBuilder,
  { accumulate, groups }: StepPlan,
  loss: Value,
  raw: readonly Value[],
): { mean: readonly Value[]; whole: Value; apply: Value | null } {
  if (accumulate === 1) return { mean: raw, whole: loss, apply: null };
  const apply = b.greater(b.input('apply', 'f32', []), 0.5);
  const sum = (name: string, value: Value) => {
    const total = b.add(b.input(name, 'f32', value.shape), value);
    b.output(`next.${name}`, b.where(apply, 0, total));
    return b.mul(total, 1 / accumulate);
  };
  const mean = groups.map((group, index) => {
    const gradient = raw[index];
    if (gradient === undefined) throw new Error(`Group ${group.name} has no gradient.`);
    return sum(stateName('gradient_sum', group), gradient);
  });
  return { mean, whole: sum('loss_sum', loss), apply };
}

function asResult(result: Value | LossResult): LossResult {
  return 'loss' in result ? result : { loss: result };
}
