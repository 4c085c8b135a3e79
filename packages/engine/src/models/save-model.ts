import { encodeSafetensors } from '../checkpoints/safetensors.js';
import type { NamedTensors } from './initialise.js';
import { type ModelDescription, type ModelOrigin, modelMetadata } from './metadata.js';

/** The bytes of a checkpoint: its tensors, what makes it readable without the recipe, and what it was trained from. */
export function encodeModel(tensors: NamedTensors, description: ModelDescription, origin?: ModelOrigin): Uint8Array {
  return encodeSafetensors(
    new Map([...tensors].map(([name, { shape, data }]) => [name, { dtype: 'f32', shape, data }])),
    { format: 'pt', ...modelMetadata(description, origin) },
  );
}
