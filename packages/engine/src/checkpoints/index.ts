export { type Mismatch, mismatches } from './compatibility.js';
export { CheckpointError, cannotBeOpened } from './errors.js';
export {
  CHECKPOINT_DOCUMENTS,
  checkpointHash,
  hashCheckpoint,
  hashFile,
  type LocatedCheckpoint,
  locateCheckpoint,
} from './locate.js';
export { CheckpointReader, openCheckpoint, type StoredTensor } from './open-checkpoint.js';
export * from './safetensors.js';
export { parseShardIndex, type ShardIndex } from './shard-index.js';
export { type StorageDType, type StoredType, storage, storedBytes } from './storage.js';
export { safetensorsStream, type TensorSource } from './stream.js';
export { type WriteOptions, type WrittenFile, writeCheckpoint, writeFileAtomically } from './write-checkpoint.js';
