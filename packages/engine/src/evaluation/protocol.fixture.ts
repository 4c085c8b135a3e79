import { type Stated, statedMetrics } from './metrics/stated.js';
import { metricDefinitions } from './metrics/table.js';
import type { EvaluationProtocol } from './protocol.js';

const hash = 'a'.repeat(64);

/** A protocol of `n` examples with no data behind it: of plain answers, as far as it is not told otherwise. */
export function protocolOf(
  n: number,
  stated: Partial<Stated>,
  more: Partial<EvaluationProtocol> = {},
): EvaluationProtocol {
  const { classes = 3, role = 'test', corrupted = false, ...rest } = stated;
  return {
    format: 'stockpot-protocol',
    version: 1,
    dataset: { contentHash: hash, image: null, classes },
    split: { name: role, role, contentHash: hash, n },
    subset: null,
    positions: Array.from({ length: n }, (_, position) => position),
    n,
    preprocessing: 'none',
    corruptions: null,
    metrics: metricDefinitions(statedMetrics({ classes, role, corrupted, ...rest })),
    ...more,
  };
}
