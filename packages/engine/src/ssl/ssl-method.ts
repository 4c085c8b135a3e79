import type { z } from 'zod';
import type { GraphBuilder } from '../graph/builder.js';
import type { Value } from '../graph/graph.js';
import type { Tensor } from '../graph/tensor.js';
import type { ImageArchitecture } from '../models/architecture.js';
import type { ParameterValues } from '../models/parameter-values.js';
import type { ParameterTable } from '../models/parameters.js';
import type { Random } from '../random/index.js';
import type {
  BatchInput,
  BatchValues,
  LossContext,
  LossResult,
  MemorySlot,
  TeacherRule,
} from '../training/training-task.js';
import type { ViewPipeline } from './views.js';

/** One picture that a loss wants of every image of the batch. */
export interface SslView {
  /** Name of the graph's input: 'images', or 'images.0', 'images.1', … where there are several. */
  readonly name: string;
  readonly pipeline: ViewPipeline;
  /** Height and width in pixels. */
  readonly size: number;
}

/** The step that random numbers are drawn for. */
export interface SslStep {
  /** From 0. */
  readonly step: number;
  readonly steps: number;
  /** The stream of this step, for what belongs to no image. */
  readonly random: Random;
}

/**
 * A self-supervised loss bound to a model, its options and a batch size: a scalar in the graph of the model. Everything
 * random comes in as an input that the host draws from keyed streams, so the graph itself is deterministic.
 */
export interface SslLoss {
  /** What the loss trains beside the encoder: a decoder, a projector. Stored in the checkpoint, dropped by fine-tuning. */
  readonly parameters: ParameterTable;
  /** Names of tensors, of the encoder or of its own, that this loss keeps as they are. */
  readonly frozen: ReadonlySet<string>;
  readonly views: readonly SslView[];
  /** What its graph is fed beside the views. */
  readonly inputs: readonly BatchInput[];
  readonly memory?: readonly MemorySlot[];
  readonly teacher?: TeacherRule;
  /** The loss is the mean of terms that each see one image, so that its gradient may be taken a few images at a time. */
  readonly independent?: true;
  /** The values of `inputs` for a batch, one stream of randomness for each of its images. */
  draw(streams: readonly Random[], at: SslStep): Record<string, Tensor>;
  /** Adds the loss of the views, each [B, C, size, size], to the graph. */
  build(
    b: GraphBuilder,
    parameters: ParameterValues,
    views: readonly Value[],
    input: BatchValues,
    context: SslContext,
  ): Value | LossResult;
}

/** How views go through the encoder. */
export interface Pass {
  /** Drop path: the masks of the views' rows [blocks, 2, rows]; left out, nothing is dropped. */
  readonly masks?: Value;
  /** Equal parts of the batch that are encoded one after the other, to save memory; left out, 1. */
  readonly parts?: number;
}

/** What a self-supervised loss reads beside weights and batch. */
export interface SslContext extends LossContext {
  /** The student's pass over `count` views, from view `first` on. */
  readonly student: (first: number, count: number) => Pass;
  /** A pass that no gradient flows through: nothing is dropped. */
  readonly still: Pass;
}

export interface SslBinding {
  /** Images in a batch. */
  readonly batch: number;
  /** Seeds the first values of what the loss remembers. */
  readonly seed: number;
}

/** One self-supervised algorithm: a row of the table of methods. */
export interface SslMethod {
  /**
   * @param options the algorithm's own options, as `recipe/ssl-options.ts` describes them
   * @throws ZodError for options of another shape, SslOptionsError when they do not go with the model or the batch.
   */
  bind(architecture: ImageArchitecture, options: unknown, binding: SslBinding): SslLoss;
}

/** A method as its author writes it: its options come parsed. The types are erased, so that all methods fit one table. */
export function defineSslMethod<Options extends z.ZodType>(method: {
  readonly options: Options;
  bind(architecture: ImageArchitecture, options: z.output<Options>, binding: SslBinding): SslLoss;
}): SslMethod {
  return {
    bind: (architecture, options, binding) => method.bind(architecture, method.options.parse(options), binding),
  };
}
