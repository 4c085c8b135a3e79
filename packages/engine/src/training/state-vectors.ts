import type { NamedTensors } from '../models/initialise.js';
import { elementCount } from '../models/parameters.js';
import { scaleVectors } from './loss-scale.js';
import { type ParameterGroup, pack } from './parameter-layout.js';
import type { StepPlan } from './step-graph.js';
import type { MemorySlot } from './training-task.js';

/** A vector of the state: input `name` and output `next.name` of the step graph. */
export interface StateVector {
  readonly name: string;
  readonly shape: readonly number[];
  /** Its numbers before the first step. */
  first(): Float32Array;
}

/** The scalars by which the exponential means of the weights are fed: what is kept and what is learned. */
export const SCALARS = {
  teacher: ['teacher_keep', 'teacher_learn'],
  ema: ['ema_keep', 'ema_learn'],
} as const;

/** Name of the graph's input that carries a slot of a group from step to step. */
export function stateName(slot: string, group: Pick<ParameterGroup, 'name'>): string {
  return `${slot}.${group.name}`;
}

/** Name of the graph's output that is the slot's next value. */
export function nextName(slot: string, group: Pick<ParameterGroup, 'name'>): string {
  return `next.${stateName(slot, group)}`;
}

export function memoryName({ name }: Pick<MemorySlot, 'name'>): string {
  return `memory.${name}`;
}

/** Every vector that a training carries from step to step, with its first value: the one list that all else follows (docs/adr/0019). */
export function stateVectors(plan: StepPlan, parameters: NamedTensors): readonly StateVector[] {
  const { task, groups, optimizer, accumulate, ema, lossScale } = plan;
  const like = (slot: string, first: (group: ParameterGroup) => Float32Array): StateVector[] =>
    groups.map((group) => ({ name: stateName(slot, group), shape: [group.size], first: () => first(group) }));
  const zeros = (group: ParameterGroup) => new Float32Array(group.size);
  const weights = (group: ParameterGroup) => pack(group, parameters);
  return [
    ...like('weights', weights),
    ...optimizer.slots.flatMap((slot) => like(slot, zeros)),
    ...(task.teacher === undefined ? [] : like('teacher', weights)),
    ...(ema === null ? [] : like('ema', weights)),
    ...(accumulate === 1
      ? []
      : [...like('gradient_sum', zeros), { name: 'loss_sum', shape: [], first: () => Float32Array.of(0) }]),
    ...(lossScale === undefined ? [] : scaleVectors(lossScale)),
    ...(task.memory ?? []).map((slot) => ({
      name: memoryName(slot),
      shape: slot.shape,
      first: () => {
        const numbers = slot.initial();
        if (numbers.length === elementCount(slot.shape)) return numbers;
        throw new RangeError(
          `The memory ${slot.name} [${slot.shape.join(', ')}] begins with ${numbers.length} numbers.`,
        );
      },
    })),
  ];
}
