import { GraphBuilder } from '../graph/builder.js';
import type { GraphNode } from '../graph/graph.js';
import { sizeOf } from '../graph/shape.js';
import { parameterValues } from '../models/parameter-values.js';
import { batchValues, noContext, type TrainingTask } from './training-task.js';

/**
 * Bytes of the widest activation of one turn. Element-wise operators read and write whole activations, so a turn is fast
 * while these stay in a core's share of the cache; matrix products lose when a turn has fewer than a few hundred rows.
 * Measured on ViT-Ti/16 and ViT-S/16 (docs/performance.md).
 */
export const WIDEST_ACTIVATION = 2_500_000;

/**
 * In how many turns the gradient of a batch is taken. A function of the task alone, so that equal trainings give equal
 * bits on every machine: the number of turns decides in which order a gradient is summed.
 *
 * @param least turns that are taken whatever the cache holds, to save memory
 */
export function turnsOf(task: TrainingTask, least = 1): number {
  const batch = task.independent?.examples ?? 1;
  if (batch === 1) return 1;
  const each = (widestActivation(task) * 4) / batch;
  for (let turns = least; turns < batch; turns++) {
    if (batch % turns === 0 && (batch / turns) * each <= WIDEST_ACTIVATION) return turns;
  }
  return batch;
}

/** Elements of the largest value of the forward graph, which grows with the batch. */
function widestActivation(task: TrainingTask): number {
  const b = new GraphBuilder();
  const parameters = new Map(task.parameters.map(({ name, shape }) => [name, b.input(name, 'f32', shape)]));
  const inputs = new Map(task.inputs.map(({ name, dtype, shape }) => [name, b.input(`batch ${name}`, dtype, shape)]));
  task.loss(b, parameterValues(parameters), batchValues(inputs), noContext);
  return widestValue(b.nodes);
}

/** Elements of the largest value that nodes make. */
export function widestValue(nodes: readonly GraphNode[]): number {
  return nodes.reduce((widest, { outputs }) => Math.max(widest, ...outputs.map(({ shape }) => sizeOf(shape))), 0);
}
