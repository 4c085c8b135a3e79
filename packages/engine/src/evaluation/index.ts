export { packBits, unpackBits } from './bitmap.js';
export { type Cells, cellsOf, meanCorruptionError } from './cells.js';
export { EvaluationError } from './errors.js';
export { type EvaluationDocument, evaluate, evaluationDocument, readEvaluation } from './evaluation.js';
export { type MetricName, metrics } from './metrics/index.js';
export { type EvaluationProtocol, evaluationProtocol, readProtocol } from './protocol.js';
