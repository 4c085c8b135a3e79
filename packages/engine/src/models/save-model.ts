import { encodeSafetensors } from '../checkpoints/safetensors.js';
import type { NamedTensors } from './initialise.js';
import { type ModelDescription, modelMetadata } from './metadata.js';

/** The bytes of a checkpoint: its tensors and the description that makes it readable without the recipe. */
export function encodeModel(tensors: NamedTensors, description: ModelDescription): Uint8Array {
  return encodeSafetensors(
    new Map([...tensors].map(([name, { shape, data }]) => [name, { dtype: 'f32', shape, data }])),
    { format: 'pt', ...modelMetadata(description) },
  );
}
