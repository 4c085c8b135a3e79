import type { Tensor } from '../graph/tensor.js';
import { FORMAT_KEY, UNTOUCHED } from './formats/record.js';

/**
 * What came in with a model and is not trained: the record of the format it came in, and tensors that are not part of it.
 * Training hands it on, so that what was made of the model can go out as the model came in.
 */
export interface Carried {
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** What of a checkpoint is carried along; nothing, for a model that Stockpot made itself. */
export function carriedFrom(tensors: ReadonlyMap<string, Tensor>, metadata: ReadonlyMap<string, string>): Carried {
  const record = metadata.get(FORMAT_KEY);
  return {
    tensors: new Map([...tensors].filter(([name]) => name.startsWith(UNTOUCHED))),
    metadata: record === undefined ? {} : { [FORMAT_KEY]: record },
  };
}
