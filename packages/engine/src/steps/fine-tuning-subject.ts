import type { Tensor } from '../graph/tensor.js';
import type { NamedTensors } from '../models/initialise.js';
import type { ModelProvenance } from '../models/save-model.js';
import type { LabelledSource, Trainee } from '../training/fine-tuning.js';

/** What a fine-tuning trains and reads: all that differs between images and texts. */
export interface FineTuningSubject extends AsyncDisposable {
  readonly trainee: Trainee;
  /** The weights that are gone on from, without a head that is used. */
  readonly tensors: ReadonlyMap<string, Tensor>;
  /** What a head of the model must say of itself too. */
  readonly described: ReadonlyMap<string, string>;
  /** As a summary shows it. */
  readonly architecture: object;
  readonly classes: number;
  readonly classNames: readonly string[] | null;
  readonly batches: LabelledSource;
  /** The accuracy of a model on a split with the role selection. */
  score(split: string): (parameters: NamedTensors) => Promise<number>;
  /** The bytes of a checkpoint. */
  encode(parameters: NamedTensors, provenance: Pick<ModelProvenance, 'origin' | 'classes' | 'ema'>): Uint8Array;
}
