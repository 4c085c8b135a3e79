import { gradients } from '../autodiff/gradients.js';
import { GraphBuilder } from '../graph/builder.js';
import type { Graph, Value } from '../graph/graph.js';
import { sizeOf } from '../graph/shape.js';
import type { NamedTensors } from '../models/initialise.js';
import { type ParameterValues, parameterValues } from '../models/parameter-values.js';
import type { ParameterGroup, ParameterSlot } from './parameter-layout.js';
import { type BatchInput, type BatchValues, batchValues, noContext, type TrainingTask } from './training-task.js';

interface Turns {
  readonly task: TrainingTask;
  readonly groups: readonly ParameterGroup[];
  readonly frozen: NamedTensors;
  /** In how many turns; a divisor of the batch. */
  readonly turns: number;
  readonly input: BatchValues;
  /** The trained parameters, cut out of their vectors. */
  readonly parameters: ParameterValues;
}

/**
 * The loss of a batch of independent examples and its gradient, a few examples at a time: activations of one turn are
 * freed before the next, so memory does not grow with the batch, and they are small enough to stay in the cache between
 * the operators that read them. The weights are read where they are; only the sums of the gradient are carried along.
 */
export function gradientInTurns(b: GraphBuilder, plan: Turns): { loss: Value; raw: readonly Value[] } {
  const { task, groups, turns } = plan;
  const slots = groups.flatMap((group) => group.slots);
  const results = b.loop(turnGraph(plan, slots), {
    carried: [b.constant(0), ...slots.map(({ shape }) => b.expand(b.constant(0), shape))],
    scanned: task.inputs.map((input) => inTurns(b, input, plan.input(input.name), turns)),
    fixed: slots.map(({ name }) => plan.parameters(name)),
  });
  const [loss, ...sums] = results.carried;
  if (loss === undefined) throw new Error('The loop carries no loss.');
  const flat = sums.map((sum) => b.reshape(sum, [-1]));
  const raw = groups.map((group) => b.concat(flat.splice(0, group.slots.length), { axis: 0 }));
  return { loss, raw };
}

/** One turn: the loss of its examples as their share of the whole, and the gradients added to the sums. */
function turnGraph({ task, frozen, turns }: Turns, slots: readonly ParameterSlot[]): Graph {
  const b = new GraphBuilder();
  const lossSum = b.input('loss', 'f32', []);
  const sums = slots.map(({ name, shape }) => b.input(`sum of ${name}`, 'f32', shape));
  const rows = new Map(
    task.inputs.map((input) => {
      const { shape, axis } = turnShape(input, turns);
      const few = shape.with(axis, (shape[axis] ?? 0) / turns);
      return [input.name, b.input(`rows of ${input.name}`, input.dtype, few)];
    }),
  );
  const parameters = new Map(slots.map(({ name, shape }) => [name, b.input(name, 'f32', shape)]));
  const trained = [...parameters.values()];
  for (const [name, { shape, data }] of frozen) parameters.set(name, b.constant(data, 'f32', shape, `frozen ${name}`));

  const result = task.loss(b, parameterValues(parameters), batchValues(rows), noContext);
  const share = b.mul('loss' in result ? result.loss : result, 1 / turns);
  b.output('next loss', b.add(lossSum, share));
  const slopes = gradients(b, share, trained);
  for (const [i, sum] of sums.entries()) {
    const slope = slopes[i];
    if (slope !== undefined) b.output(`next ${sum.name}`, b.add(sum, slope));
  }
  return b.build();
}

/** The input cut along its batch axis into rows [turns, …]. */
function inTurns(b: GraphBuilder, input: BatchInput, value: Value, turns: number): Value {
  const { shape, axis } = turnShape(input, turns);
  const cut = b.reshape(value, [...shape.slice(0, axis), turns, (shape[axis] ?? 0) / turns, ...shape.slice(axis + 1)]);
  if (axis === 0) return cut;
  const rest = cut.shape.map((_, i) => i).filter((i) => i !== axis);
  return b.transpose(cut, { perm: [axis, ...rest] });
}

function turnShape(
  { name, shape, batchAxis: axis = 0 }: BatchInput,
  turns: number,
): { shape: readonly number[]; axis: number } {
  if (sizeOf(shape) === 0 || (shape[axis] ?? 0) % turns !== 0) {
    throw new Error(`The input '${name}' cannot be cut into ${turns} turns along axis ${axis}.`);
  }
  return { shape, axis };
}
