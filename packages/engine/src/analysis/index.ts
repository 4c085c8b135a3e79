export {
  type AnalysisPlace,
  answer,
  type ChosenSoup,
  type RunPlaceOptions,
  type RunQuestion,
  runPlace,
} from './asking/index.js';
export { averageLinkage, type Clustering, cutClusters, type Merge } from './connectivity/average-linkage.js';
export { type Barrier, barrier } from './connectivity/barrier.js';
export { type BarrierMatrix, type BarrierMatrixOptions, barrierMatrix } from './connectivity/barrier-matrix.js';
export { measurePath, type Path, type PathOptions, type PathPoint, pathShares } from './connectivity/path.js';
export {
  type BarycentricPoint,
  measureTernary,
  type TernaryGridOptions,
  type TernaryPoint,
  type Triple,
  ternaryGrid,
} from './connectivity/ternary.js';
export { exactShapley } from './contribution/exact-shapley.js';
export { type CoalitionValues, coalitionValues, type Game } from './contribution/game.js';
export { leaveOneOut } from './contribution/leave-one-out.js';
export { type MarginalOptions, type MarginalPoint, marginalCurve } from './contribution/marginal-curve.js';
export { type ShapleyEstimate, type ShapleyOptions, sampledShapley } from './contribution/sampled-shapley.js';
export { linearCka } from './diversity/cka.js';
export { type Agreement, cohenKappa } from './diversity/cohen-kappa.js';
export { ensembleGain } from './diversity/ensemble-gain.js';
export type { Features } from './diversity/features.js';
export { MinibatchCka } from './diversity/minibatch-cka.js';
export { type PairDiversity, pairDiversity } from './diversity/pair-diversity.js';
export { type PoolDiversity, poolDiversity } from './diversity/pool-diversity.js';
export { type PredictedGain, predictedGain, spreadAtStock } from './diversity/predicted-gain.js';
export { AnalysisError } from './errors.js';
export { type DetectableOptions, detectableDifference } from './greedy/detectable-difference.js';
export {
  diagnoseGreedy,
  type FindingKind,
  type GreedyDiagnosis,
  type GreedyEvidence,
  type GreedyFinding,
} from './greedy/diagnosis.js';
export { type GreedyStep, greedySteps, type TimedTrial } from './greedy/greedy-steps.js';
export { classifierAnswers, type Examination } from './mixtures/classifier-answers.js';
export { type Remembered, remember } from './mixtures/remember.js';
export { type Score, type ScoreMixture, scoreOf } from './mixtures/score.js';
export { equalShares, mixtureKey, only, type Shares } from './mixtures/shares.js';
export { WeightPool } from './mixtures/weight-pool.js';
export {
  type AnswersAt,
  type ApproximationOptions,
  type SoupVersusEnsemble,
  soupVersusEnsemble,
} from './soup-versus-ensemble/approximation.js';
export { logitVariance } from './soup-versus-ensemble/logit-variance.js';
export type { SquareMatrix } from './square.js';
export { type CertifiedSearch, readCertifiedSearch } from './subject/certified-search.js';
export { CookedRun, type CookedSoup, type ModelStep, type PoolModel, type SoupFacts } from './subject/cooked-run.js';
export { type FilesSubjectOptions, openFilesSubject, type RunningOptions } from './subject/files-subject.js';
export {
  assertCount,
  comparedModel,
  openSubject,
  type Subject,
  type SubjectOptions,
  shortNames,
} from './subject/pool-subject.js';
export { openRunSubject, type RunSubjectOptions } from './subject/run-subject.js';
export { ScoreCache, scoresFolder } from './subject/score-cache.js';
export { angleOfSides } from './weight-space/angle.js';
export { type Geometry, geometryOf, type PartialMatrix, type StockGeometry } from './weight-space/geometry.js';
export { GeometrySums } from './weight-space/geometry-sums.js';
export { layerOfName } from './weight-space/layer-of.js';
export { type WeightSpace, type WeightSpaceOptions, weightSpace } from './weight-space/weight-space.js';
