import { CheckpointError } from '../../checkpoints/errors.js';
import { encodeSafetensors, readSafetensors } from '../../checkpoints/safetensors.js';
import type { Tensor } from '../../graph/tensor.js';
import { checkFit } from '../fit.js';
import type { NamedTensors } from '../initialise.js';
import { averageMetadata, classesMetadata, HEAD_KEY, type ModelOrigin, STOCK_KEY } from '../metadata.js';
import type { TextArchitecture } from './architecture.js';
import { describeTextModel, textMetadata } from './text-checkpoint.js';
import { type TextModel, textModel } from './text-model.js';
import type { Tokenizer } from './tokenizer.js';

/** A text model read from its checkpoint; its backbone has been checked against its architecture. */
export interface LoadedTextModel {
  readonly architecture: TextArchitecture;
  readonly model: TextModel;
  readonly tokenizer: Tokenizer;
  readonly tensors: ReadonlyMap<string, Tensor>;
  /** What every checkpoint that is made of it says of itself. */
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Reads a text model with its tokenizer. Throws CheckpointError for a file that is damaged or describes none,
 * CheckpointFitError when its tensors are not those of its architecture.
 */
export async function loadTextModel(path: string, what: string): Promise<LoadedTextModel> {
  const { tensors, metadata } = await readSafetensors(path);
  const loaded = textModelOf(tensors, metadata, path);
  checkFit(tensors, loaded.model.parameters, what);
  return loaded;
}

/** As `loadTextModel`, of a checkpoint in memory. */
export function textModelOf(
  tensors: ReadonlyMap<string, Tensor>,
  metadata: ReadonlyMap<string, string>,
  source: string,
): LoadedTextModel {
  const { architecture, tokenizer } = describeTextModel(metadata, source);
  if (tokenizer === null) {
    throw new CheckpointError(
      source,
      'it came without a tokenizer, so it cannot read texts.',
      'Import it anew with its tokenizer.json beside it.',
    );
  }
  return { architecture, model: textModel(architecture), tokenizer, tensors, metadata: textMetadata(metadata) };
}

/** The bytes of a text model or its head: its tensors, what makes it readable, and what it was trained from. */
export function encodeTextModel(
  tensors: NamedTensors,
  { metadata }: Pick<LoadedTextModel, 'metadata'>,
  options: { readonly origin?: ModelOrigin; readonly classes?: readonly string[] | null; readonly ema?: number } = {},
): Uint8Array {
  const { origin, classes = null, ema } = options;
  return encodeSafetensors(
    new Map([...tensors].map(([name, { shape, data }]) => [name, { dtype: 'f32', shape, data }])),
    {
      format: 'pt',
      ...metadata,
      ...(origin === undefined ? {} : { [STOCK_KEY]: origin.stock }),
      ...(origin?.head === undefined ? {} : { [HEAD_KEY]: origin.head }),
      ...(classes === null ? {} : classesMetadata(classes)),
      ...(ema === undefined ? {} : averageMetadata(ema)),
    },
  );
}
