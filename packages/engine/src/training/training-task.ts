import type { GraphBuilder } from '../graph/builder.js';
import type { DType } from '../graph/dtype.js';
import type { Value } from '../graph/graph.js';
import type { Tensor } from '../graph/tensor.js';
import type { ParameterValues } from '../models/parameter-values.js';
import type { ParameterTable } from '../models/parameters.js';

/** An input of the step graph that changes with each batch. */
export interface BatchInput {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** The axis along which the examples of the batch lie; 0 when left out. */
  readonly batchAxis?: number;
}

/** The batch inputs inside the graph, by name. */
export type BatchValues = (name: string) => Value;

/** What a loss may read beside the weights and the batch. */
export interface LossContext {
  /**
   * The parameters of the teacher, by the same names; no gradient flows through them. A frozen parameter is its own
   * teacher. Throws a sentence when the task keeps no teacher.
   */
  readonly teacher: ParameterValues;
  /** The memory of this name as the step before left it; no gradient flows through it. */
  readonly memory: (name: string) => Value;
}

/** A loss that also writes memory. */
export interface LossResult {
  /** A scalar. */
  readonly loss: Value;
  /** What the memory holds for the next step, by name; one that is not here keeps its value. */
  readonly memory?: Readonly<Record<string, Value>>;
}

/** A tensor (f32) that the loss reads and writes from step to step: a queue of keys, a running centre. */
export interface MemorySlot {
  readonly name: string;
  readonly shape: readonly number[];
  /** Its numbers before the first step. */
  initial(): Float32Array;
}

/** An exponential mean of the weights that the loss reads: the momentum encoder of MoCo, the teacher of DINO. */
export interface TeacherRule {
  /**
   * How much of the teacher is kept at step `step` (from 0) of `steps`, in 0 … 1: teacher ← m·teacher + (1 − m)·weights,
   * made before the loss of the step reads it. It begins as the first weights.
   */
  momentum(step: number, steps: number): number;
}

/** What is trained, and against which loss: everything the step graph has to know of a model and its data. */
export interface TrainingTask {
  /** Every parameter that the loss uses. */
  readonly parameters: ParameterTable;
  /** Names of those that keep their values. */
  readonly frozen: ReadonlySet<string>;
  readonly inputs: readonly BatchInput[];
  /**
   * Batches may come in other shapes than `inputs` has, along axes that are not the batch's: the loss is built from the shapes
   * of its inputs, and the step once for each of them.
   */
  readonly shapesVary?: true;
  /**
   * The loss is the mean, over this many examples, of terms that do not see each other: then its gradient may be taken in
   * turns, a few examples at a time. A contrastive loss or batch normalisation must not say so.
   */
  readonly independent?: { readonly examples: number };
  /** Part of the training's state: saved and resumed with the weights. */
  readonly memory?: readonly MemorySlot[];
  readonly teacher?: TeacherRule;
  /** Adds the loss to the graph: a scalar, or one together with what the memory holds next. */
  loss(b: GraphBuilder, parameters: ParameterValues, input: BatchValues, context: LossContext): Value | LossResult;
}

/** The batches of a training, each a pure function of its number: a resumed training asks for the ones it has not seen. */
export interface BatchSource {
  readonly batchSize: number;
  /** The feeds of batch `step` (from 0), by input name. */
  at(step: number): Feeds | Promise<Feeds>;
}

export type Feeds = Readonly<Record<string, Tensor>>;

/** The task for batches of the shapes of these feeds; other feeds are not looked at. */
export function taskOfShapes(task: TrainingTask, feeds: Feeds): TrainingTask {
  const inputs = task.inputs.map((input) => ({ ...input, shape: feeds[input.name]?.shape ?? input.shape }));
  return { ...task, inputs };
}

/** The batch inputs of a graph, by name. */
export function batchValues(inputs: ReadonlyMap<string, Value>): BatchValues {
  return (name) => {
    const value = inputs.get(name);
    if (value === undefined) throw new Error(`The loss uses an input '${name}' that its task does not list.`);
    return value;
  };
}

/** For losses of independent examples, which have neither. */
export const noContext: LossContext = {
  teacher: (name) => {
    throw new Error(`The loss reads ${name} of a teacher, and its task keeps none.`);
  },
  memory: (name) => {
    throw new Error(`The loss reads a memory '${name}' that its task does not list.`);
  },
};
