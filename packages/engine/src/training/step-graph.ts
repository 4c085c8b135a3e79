import { gradients } from '../autodiff/gradients.js';
import { GraphBuilder } from '../graph/builder.js';
import type { Graph, Value } from '../graph/graph.js';
import type { NamedTensors } from '../models/initialise.js';
import { parameterValues } from '../models/parameter-values.js';
import { clipByGlobalNorm, globalNorm } from './clipping.js';
import type { Optimizer } from './optimizers/optimizer.js';
import type { ParameterGroup } from './parameter-layout.js';
import type { BatchValues, TrainingTask } from './training-task.js';

/** Names of the graph's inputs and outputs that carry a group's state from step to step. */
export function stateName(slot: string, group: ParameterGroup): string {
  return `${slot}.${group.name}`;
}

/** The slots of every group: its weights, then what the optimizer keeps. */
export function stateSlots(optimizer: Optimizer): readonly string[] {
  return ['weights', ...optimizer.slots];
}

/**
 * One training step as one graph: forward, backward, clipping by the global norm and the optimizer's update.
 *
 * Inputs: the task's own, the optimizer's scalars (f32 []), and per group one f32 vector for the weights and for each
 * optimizer slot. Outputs: `loss` and `gradient_norm` (before clipping), and the next value of every state vector under
 * its input's name with `next.` before it. Frozen parameters are constants of the graph.
 */
export function buildStepGraph(options: {
  readonly task: TrainingTask;
  readonly groups: readonly ParameterGroup[];
  readonly frozen: NamedTensors;
  readonly optimizer: Optimizer;
  readonly clip: number | null;
}): Graph {
  const { task, groups, frozen, optimizer, clip } = options;
  const b = new GraphBuilder();
  const inputs = new Map(task.inputs.map(({ name, dtype, shape }) => [name, b.input(name, dtype, shape)]));
  const scalars = Object.fromEntries(
    Object.keys(optimizer.scalars(0, 0)).map((name) => [name, b.input(name, 'f32', [])]),
  );
  const weights = groups.map((group) => b.input(stateName('weights', group), 'f32', [group.size]));
  const parameters = new Map<string, Value>();
  for (const [name, { shape, data }] of frozen) parameters.set(name, b.constant(data, 'f32', shape, name));
  for (const [index, group] of groups.entries()) {
    for (const [name, value] of cut(b, group, weights[index])) parameters.set(name, value);
  }

  const loss = task.loss(b, parameterValues(parameters), batchValues(inputs));
  const raw = gradients(b, loss, weights);
  const norm = globalNorm(b, raw);
  const clipped = clip === null ? raw : clipByGlobalNorm(b, raw, norm, clip);
  b.output('loss', loss);
  b.output('gradient_norm', norm);

  for (const [index, group] of groups.entries()) {
    const [groupWeights, gradient] = [weights[index], clipped[index]];
    if (groupWeights === undefined || gradient === undefined) throw new Error(`Group ${group.name} has no gradient.`);
    const state = Object.fromEntries(
      optimizer.slots.map((slot) => [slot, b.input(stateName(slot, group), 'f32', [group.size])]),
    );
    const { weightDecay } = group;
    const next = optimizer.update(b, { weights: groupWeights, gradient, state }, scalars, { weightDecay });
    b.output(`next.${stateName('weights', group)}`, next.weights);
    for (const [slot, value] of Object.entries(next.state)) b.output(`next.${stateName(slot, group)}`, value);
  }
  return b.build();
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

function batchValues(inputs: ReadonlyMap<string, Value>): BatchValues {
  return (name) => {
    const value = inputs.get(name);
    if (value === undefined) throw new Error(`The loss uses an input '${name}' that its task does not list.`);
    return value;
  };
}
