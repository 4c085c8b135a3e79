import { encodeSafetensors } from '../checkpoints/safetensors.js';
import type { Tensor } from '../graph/tensor.js';
import type { Carried } from './carried.js';
import type { NamedTensors } from './initialise.js';
import {
  averageMetadata,
  classesMetadata,
  type ModelDescription,
  type ModelOrigin,
  modelMetadata,
} from './metadata.js';

/** What a checkpoint may say beside what it is. */
export interface ModelProvenance {
  /** What it was trained from; an ingredient has one. */
  readonly origin?: ModelOrigin;
  /** Names of the classes in the order of the head's rows, where they are known. */
  readonly classes?: readonly string[] | null;
  /** What came in with the model that it was trained from. */
  readonly carried?: Carried;
  /** Decay of the exponential mean of the weights that these are; left out for the weights of the last step. */
  readonly ema?: number;
}

/** The bytes of a checkpoint: its tensors, what makes it readable without the recipe, and what it was trained from. */
export function encodeModel(
  tensors: NamedTensors,
  description: ModelDescription,
  { origin, classes = null, carried, ema }: ModelProvenance = {},
): Uint8Array {
  const own = [...tensors].map(([name, { shape, data }]): [string, Tensor] => [name, { dtype: 'f32', shape, data }]);
  return encodeSafetensors(new Map([...own, ...(carried?.tensors ?? [])]), {
    format: 'pt',
    ...modelMetadata(description, origin),
    ...(classes === null ? {} : classesMetadata(classes)),
    ...carried?.metadata,
    ...(ema === undefined ? {} : averageMetadata(ema)),
  });
}
