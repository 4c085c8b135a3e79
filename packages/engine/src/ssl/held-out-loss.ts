import { GraphBuilder } from '../graph/builder.js';
import type { Value } from '../graph/graph.js';
import { type Tensor, tensor } from '../graph/tensor.js';
import type { NamedTensors } from '../models/initialise.js';
import { parameterValues } from '../models/parameter-values.js';
import type { DeviceName } from '../runtime/devices.js';
import { compile, type Executable } from '../runtime/executable.js';
import type { ScoredState } from '../training/early-stopping.js';
import { type BatchSource, batchValues, noContext, type TrainingTask } from '../training/training-task.js';

/** The loss of a task on images that it is not trained on, as a score that rises: minus the mean over batches. */
export interface HeldOutLoss extends AsyncDisposable {
  score(parameters: NamedTensors, state: ScoredState): Promise<number>;
}

/**
 * The network is that of the training, nothing dropped, with the training's teacher and memory as they are; each score sees the same
 * batches and the same random numbers, so it is a function of the state alone.
 *
 * @param options.task of whole batches
 * @param options.steps batches that are looked at
 */
export function heldOutLoss(options: {
  readonly task: TrainingTask;
  readonly batches: BatchSource;
  readonly steps: number;
  readonly device: DeviceName;
  readonly threads: number;
}): HeldOutLoss {
  const { task, batches, steps, device, threads } = options;
  let network: Promise<Executable> | null = null;
  return {
    async score(parameters, { teacher, memory }) {
      network ??= compile(lossGraph(task), { device, threads });
      const executable = await network;
      const given = {
        ...fed('weights', parameters),
        ...(task.teacher === undefined ? {} : fed('teacher', teacher ?? parameters)),
        ...Object.fromEntries([...memory].map(([name, value]) => [inputName('memory', name), value])),
      };
      let sum = 0;
      for (let step = 0; step < steps; step++) {
        const { loss } = await executable.run({ ...given, ...(await batches.at(step)) });
        sum += Number(loss?.data[0] ?? Number.NaN);
      }
      return -sum / steps;
    },
    [Symbol.asyncDispose]: async () => {
      await (await network)?.dispose();
    },
  };
}

type Part = 'weights' | 'teacher' | 'memory';
const inputName = (part: Part, name: string) => `${part} ${name}`;

function fed(part: Part, tensors: NamedTensors): Record<string, Tensor> {
  return Object.fromEntries(
    [...tensors].map(([name, { shape, data }]) => [inputName(part, name), tensor('f32', shape, data)]),
  );
}

function lossGraph(task: TrainingTask) {
  const b = new GraphBuilder();
  const valuesOf = (part: Part, table: readonly { readonly name: string; readonly shape: readonly number[] }[]) =>
    new Map(table.map(({ name, shape }): [string, Value] => [name, b.input(inputName(part, name), 'f32', shape)]));
  const inputs = new Map(task.inputs.map(({ name, dtype, shape }) => [name, b.input(name, dtype, shape)]));
  const weights = parameterValues(valuesOf('weights', task.parameters));
  const teacher =
    task.teacher === undefined ? noContext.teacher : parameterValues(valuesOf('teacher', task.parameters));
  const slots = valuesOf('memory', task.memory ?? []);
  const result = task.loss(b, weights, batchValues(inputs), {
    teacher,
    memory: (name) => slots.get(name) ?? noContext.memory(name),
  });
  b.output('loss', 'loss' in result ? result.loss : result);
  return b.build();
}
