import { GraphBuilder } from '../graph/builder.js';
import type { Graph, Value } from '../graph/graph.js';
import type { Tensor } from '../graph/tensor.js';
import { CheckpointFitError, checkFit } from '../models/fit.js';
import { type ParameterValues, parameterValues } from '../models/parameter-values.js';
import type { ParameterTable } from '../models/parameters.js';
import type { NamedValues } from '../runtime/device.js';
import type { DeviceName } from '../runtime/devices.js';
import { DeviceError } from '../runtime/errors.js';
import { openStepper } from '../runtime/stepper.js';
import { preparedNetwork } from './prepared-networks.js';
import { type BatchInput, type BatchValues, batchValues, type Feeds } from './training-task.js';
import { WIDEST_ACTIVATION, widestValue } from './turns.js';

/** A network that maps examples to rows of numbers. */
export interface NetworkPlan {
  readonly table: ParameterTable;
  /** What the examples of a batch are to the graph, the batch being the first axis. */
  readonly inputs: (batch: number) => readonly BatchInput[];
  /** Rows [batch, width]. */
  readonly forward: (b: GraphBuilder, parameters: ParameterValues, input: BatchValues) => Value;
  /** Text that is equal exactly for equal graphs of one batch. */
  readonly shape: string;
}

export interface NetworkOptions {
  /** Most examples in one run: on the CPU there are fewer where their activations would not fit the cache. */
  readonly batch: number;
  readonly threads: number;
  readonly device?: DeviceName;
}

/** A network with its weights inside. */
export interface Network {
  /** Numbers in a row. */
  readonly width: number;
  /**
   * Rows [count, width] of any whole number of examples.
   *
   * @param feeds the examples from `start` to before `end`, filled up to `batch` with anything
   */
  run(count: number, feeds: (start: number, end: number, batch: number) => Feeds): Promise<Float32Array<ArrayBuffer>>;
  dispose(): Promise<void>;
}

/** Compiles a network for evaluation. Throws CheckpointFitError, before any work, when the tensors are not those of the table. */
export async function openNetwork(
  tensors: ReadonlyMap<string, Tensor>,
  plan: NetworkPlan,
  { batch: most, threads, device = 'cpu' }: NetworkOptions,
): Promise<Network> {
  checkFit(tensors, plan.table, 'The checkpoint');
  const weights = Object.fromEntries(
    plan.table.flatMap(({ name }) => {
      const found = tensors.get(name);
      return found === undefined ? [] : [[weightName(name), found]];
    }),
  );
  const batch = device === 'cpu' ? inCache(most, plan) : most;
  const graph = forwardGraph(plan, batch);
  const width = graph.outputs[0]?.value.shape[1] ?? 0;
  const key = `${plan.shape} ${batch} ${threads} ${device}`;
  const network = await withWeights(graph, weights, key, { device, threads });
  return {
    width,
    async run(count, feeds) {
      const result = new Float32Array(count * width);
      for (let start = 0; start < count; start += batch) {
        const end = Math.min(count, start + batch);
        const outputs = await network.run(feeds(start, end, batch));
        const found = outputs.rows?.data;
        if (!(found instanceof Float32Array)) throw new Error('The network gave no f32 rows.');
        result.set(found.subarray(0, (end - start) * width), start * width);
      }
      return result;
    },
    dispose: () => network.dispose(),
  };
}

/**
 * Classes of the head among the tensors.
 *
 * @throws {CheckpointFitError} when there is none
 */
export function classesOfHead(tensors: ReadonlyMap<string, Tensor>): number {
  const classes = tensors.get('head.weight')?.shape[0];
  if (classes !== undefined) return classes;
  throw new CheckpointFitError(
    'The model has no head: its tensor head.weight is missing, so it knows no classes.',
    'Evaluate it together with a head, or fine-tune it first.',
  );
}

/** The forward pass with its weights as inputs, so that one graph serves every model of the shape. */
export function forwardGraph({ table, inputs, forward }: NetworkPlan, batch: number): Graph {
  const b = new GraphBuilder();
  const parameters = new Map(table.map(({ name, shape }) => [name, b.input(weightName(name), 'f32', shape)]));
  const fed = new Map(inputs(batch).map(({ name, dtype, shape }) => [name, b.input(name, dtype, shape)]));
  b.output('rows', forward(b, parameterValues(parameters), batchValues(fed)));
  return b.build();
}

/** No model calls a tensor so, so that none can be taken for an input. */
function weightName(parameter: string): string {
  return `weight ${parameter}`;
}

/** At most `most` examples, few enough that the widest activation stays in the cache (turns.ts). */
function inCache(most: number, plan: NetworkPlan): number {
  const widest = widestValue(forwardGraph(plan, 1).nodes);
  return Math.max(1, Math.min(most, Math.floor(WIDEST_ACTIVATION / (4 * widest))));
}

/** On the CPU, weights are read where they are and all models share one network; elsewhere they go to the device once. */
async function withWeights(
  graph: Graph,
  weights: NamedValues,
  key: string,
  options: { readonly device: DeviceName; readonly threads: number },
): Promise<{ run(feeds: NamedValues): Promise<Record<string, Tensor>>; dispose(): Promise<void> }> {
  if (options.device !== 'cpu') {
    const stepper = await openStepper(graph, { ...options, state: weights });
    return { run: (feeds) => stepper.step(feeds), dispose: () => stepper.dispose() };
  }
  const { executable, release } = await preparedNetwork(key, () => graph, options);
  let open = true;
  return {
    run: async (feeds) => {
      if (!open) throw new DeviceError('cpu', 'The network has been disposed of.', 'Prepare the model again.');
      return executable.run({ ...weights, ...feeds });
    },
    async dispose() {
      open = false;
      await release();
    },
  };
}
