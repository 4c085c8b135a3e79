import { EvaluationError } from './errors.js';
import type { EvaluationProtocol } from './protocol.js';

/** Throws EvaluationError unless a dataset and its split are those that a benchmark was fixed on. */
export function assertSameData(
  fixed: Pick<EvaluationProtocol, 'dataset' | 'split'>,
  dataset: { readonly manifest: { readonly contentHash: string } },
  split: { readonly contentHash: string },
): void {
  const { name, contentHash } = fixed.split;
  if (dataset.manifest.contentHash === fixed.dataset.contentHash && split.contentHash === contentHash) return;
  throw new EvaluationError(
    `The benchmark was fixed on the split '${name}' with hash ${contentHash}; the dataset's has ${split.contentHash}.`,
    'Run the recipe again: the benchmark is fixed anew on the data that is there.',
  );
}
