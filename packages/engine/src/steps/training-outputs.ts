import type { NamedTensors } from '../models/initialise.js';
import { snapshotOutput } from '../recipe/training-options.js';
import type { TrainingResult } from '../training/train.js';
import type { ArtifactStore, StepOutput } from './definition.js';

/**
 * Stores what a training made: `checkpoint`, the mean of the weights where one was kept, and `snapshot-1`, `snapshot-2`, …
 * where they were asked for, one in memory at a time.
 *
 * @param encode parameters to the bytes of a checkpoint
 */
export async function trainingOutputs(
  { parameters, ema, snapshots }: TrainingResult,
  encode: (parameters: NamedTensors) => Uint8Array,
  store: ArtifactStore,
): Promise<{ checkpoint: StepOutput } & Record<string, StepOutput>> {
  const put = (tensors: NamedTensors) => store.put(encode(tensors), 'application/x-safetensors');
  const checkpoint = await put(ema ?? parameters);
  const outputs: Record<string, StepOutput> = {};
  for (const [i, snapshot] of snapshots.entries()) {
    const last = i === snapshots.length - 1;
    outputs[snapshotOutput(i + 1)] = last ? checkpoint : await put(await snapshot.parameters());
  }
  return { checkpoint, ...outputs };
}
