import type { z } from 'zod';
import type { GraphBuilder } from '../graph/builder.js';
import type { Value } from '../graph/graph.js';
import type { Tensor } from '../graph/tensor.js';
import type { Architecture } from '../models/architecture.js';
import type { ParameterValues } from '../models/parameter-values.js';
import type { ParameterTable } from '../models/parameters.js';
import type { Random } from '../random/index.js';
import type { BatchInput, BatchValues } from '../training/training-task.js';

/**
 * A self-supervised loss bound to a model, its options and a batch size: a scalar in the graph of the model. Everything
 * random comes in as an input that the host draws from keyed streams, so the graph itself is deterministic.
 */
export interface SslLoss {
  /** What the loss trains beside the encoder: a decoder, a projector. Stored in the checkpoint, dropped by fine-tuning. */
  readonly parameters: ParameterTable;
  /** Names of tensors, of the encoder or of its own, that this loss keeps as they are. */
  readonly frozen: ReadonlySet<string>;
  /** What its graph is fed beside the images. */
  readonly inputs: readonly BatchInput[];
  /** The values of `inputs` for a batch, one stream of randomness for each of its images. */
  draw(streams: readonly Random[]): Record<string, Tensor>;
  /** Adds the loss of images [B, C, H, W] to the graph and returns it, a scalar. */
  build(b: GraphBuilder, parameters: ParameterValues, images: Value, input: BatchValues): Value;
}

/** One self-supervised algorithm: a row of the table of methods. */
export interface SslMethod<Options extends z.ZodType = z.ZodType> {
  readonly options: Options;
  /** @throws StockpotEngineError when the model is of a family that this loss has no meaning for. */
  bind(architecture: Architecture, options: z.output<Options>, batch: number): SslLoss;
}

/** Lets the table infer the type of a method's options. */
export function defineSslMethod<Options extends z.ZodType>(method: SslMethod<Options>): SslMethod<Options> {
  return method;
}
