/** @file The safetensors format: what other folders need of it, in one place. */
export { type Checkpoint, decodeSafetensors } from './decode.js';
export { encodeSafetensors, type Layout, layOut, type Metadata } from './encode.js';
export { openSafetensors, readSafetensors, SafetensorsFile } from './file.js';
export type { TensorEntry } from './header.js';
