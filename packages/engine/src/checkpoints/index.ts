export { assertCompatible, compareCheckpoints, type Mismatch } from './compatibility.js';
export { CheckpointError } from './errors.js';
export * from './safetensors.js';
