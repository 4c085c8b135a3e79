export {
  type AdversarialOptions,
  type AdversarialResult,
  adversarialAccuracy,
} from './adversarial/adversarial-accuracy.js';
export { type Attack, type AttackNorm, fgsm, pgd } from './adversarial/attack.js';
export { type AttackTarget, classifierUnderAttack } from './adversarial/attack-target.js';
export { f1, macroF1 } from './agreement/f1.js';
export { matthews } from './agreement/matthews.js';
export { packBits, unpackBits } from './bitmap.js';
export {
  type Calibration,
  fitTemperature,
  scaled,
  type Temperature,
  temperatureScaling,
} from './calibration/temperature.js';
export { type Cells, cellsOf, meanCorruptionError } from './cells.js';
export { type Detection, detection } from './detection/out-of-distribution.js';
export { type FamiliarityScore, familiarityScores } from './detection/scores.js';
export { EvaluationError } from './errors.js';
export { accuracy, evaluate, type OtherEvaluations } from './evaluation.js';
export {
  type EvaluationDocument,
  evaluationDocument,
  readEvaluation,
  readEvaluationDocument,
  top1Of,
} from './evaluation-document.js';
export { type ClassGroups, type GroupRule, groupAccuracy, groupAnswers } from './groups/class-groups.js';
export { type ClassRule, classRules } from './groups/class-rules.js';
export { onlyClasses } from './groups/class-subset.js';
export { imagenetA } from './groups/imagenet-a.js';
export { imagenetR } from './groups/imagenet-r.js';
export { laionC } from './groups/laion-c.js';
export { objectNet } from './groups/objectnet.js';
export { type FurtherMetricName, furtherMetrics } from './metrics/further.js';
export { type MetricName, metrics } from './metrics/index.js';
export type { Metric, MetricRow, MetricUnit } from './metrics/metric.js';
export { type Stated, statedMetrics } from './metrics/stated.js';
export {
  inTableOrder,
  metricDefinitions,
  metricNamed,
  metricTable,
  type NamedMetric,
  type TableName,
} from './metrics/table.js';
export { type Predictions, predictions } from './predictions.js';
export { type EvaluationProtocol, evaluationProtocol, readProtocol } from './protocol.js';
export type { FeatureSet } from './representations/features.js';
export { type FewShotOptions, fewShot, fewShotSample } from './representations/few-shot.js';
export { type KnnOptions, type KnnResult, weightedKnn } from './representations/knn.js';
export {
  headLogits,
  type LinearHead,
  type LogisticProbeOptions,
  logisticProbe,
} from './representations/logistic-probe.js';
export { type RetrievalOptions, type RetrievalResult, retrieval } from './representations/retrieval.js';
export { type CorruptionErrors, corruptionErrors, worstCell } from './robustness/corruption-error.js';
export { alexnetOnImageNetC, type ReferenceErrors } from './robustness/reference-errors.js';
