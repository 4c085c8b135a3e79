import type { Preprocessing } from '../../data/preprocessing.js';
import { sha256Hex } from '../../json.js';
import { ARCHITECTURE_KEY, modelMetadata } from '../../models/metadata.js';
import type { OnnxArchitecture } from '../../models/onnx/architecture.js';
import type { CertifiedExamples, CertifiedMeasurement } from '../certificate.js';

/** What a model whose statistics were estimated again says of itself, and its certificate of the measurement. */
export function describedStatistics(
  found: { readonly architecture: OnnxArchitecture; readonly names: readonly string[] },
  preprocessing: Preprocessing,
  { examples, batch }: { readonly examples: CertifiedExamples; readonly batch: number },
): { readonly metadata: Readonly<Record<string, string>>; readonly measured: CertifiedMeasurement } {
  const metadata = modelMetadata({ architecture: found.architecture, preprocessing });
  const measured: CertifiedMeasurement = {
    what: 'batch normalisation',
    statistics: [...found.names],
    description: sha256Hex(metadata[ARCHITECTURE_KEY] ?? ''),
    examples,
    batch,
  };
  return { metadata, measured };
}
