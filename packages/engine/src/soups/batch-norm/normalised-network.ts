import type { Preprocessing } from '../../data/preprocessing.js';
import { describeModel } from '../../models/metadata.js';
import type { OnnxArchitecture } from '../../models/onnx/architecture.js';
import { isTextModel } from '../../models/text/text-checkpoint.js';
import { SoupError } from '../errors.js';
import { normalisedLayers } from './statistics-graph.js';

export interface NormalisedNetwork {
  readonly architecture: OnnxArchitecture;
  readonly preprocessing: Preprocessing;
}

/**
 * What a checkpoint with batch normalisation says of itself. Throws SoupError for a model that has none, CheckpointError for one
 * that says nothing.
 *
 * @param source what to call it in sentences
 */
export function normalisedNetwork(metadata: ReadonlyMap<string, string>, source: string): NormalisedNetwork {
  if (isTextModel(metadata)) throw without(`${source} is a text model`);
  const { architecture, preprocessing } = describeModel(metadata, source);
  if (architecture.family !== 'onnx') throw without(`${source} is a vision transformer`);
  if (normalisedLayers(architecture.graph).length === 0) throw without(`${source} is a network`);
  return { architecture, preprocessing };
}

function without(what: string): SoupError {
  return new SoupError(
    `${what}, which has no batch normalisation.`,
    'It needs no running statistics: use it as it is, and leave their estimation out.',
  );
}
