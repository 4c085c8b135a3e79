/**
 * @file Analyses as JSON documents: a function and a schema each. Pure: no file is read and no network run here, so that a server
 * may make them from what it has stored. `@stockpot/engine/analysis` gives them what they need from files and networks.
 */
import type { z } from 'zod';
import type { AnalysisName } from '../../recipe/analysis-kinds/index.js';
import { barrierDocument } from './barrier.js';
import { barriersDocument } from './barriers.js';
import { compareDocument } from './compare.js';
import { contributionDocument } from './contribution.js';
import { diversityDocument } from './diversity.js';
import { marginalDocument } from './marginal.js';
import { soupVersusEnsembleDocument } from './soup-versus-ensemble.js';
import { ternaryDocument } from './ternary.js';
import { weightsDocument } from './weights.js';
import { whatIfDocument } from './what-if.js';
import { whyDocument } from './why.js';

export { METRICS, mostSampled } from '../../recipe/analysis-kinds/contribution.js';
export { SEARCHES } from '../../recipe/analysis-kinds/search.js';
export { alikeBy, soupKey } from '../../soups/choosing/members.js';
export { knownFromTrace } from '../../soups/choosing/what-if.js';
export type { SoupTrial } from '../../soups/trace.js';
export { type PairDiversity, pairDiversity } from '../diversity/pair-diversity.js';
export { type MeanDiversity, meanDiversity } from '../diversity/pool-diversity.js';
export { AnalysisError } from '../errors.js';
export { diagnoseGreedy, type GreedyDiagnosis } from '../greedy/diagnosis.js';
export { analyseBarrier, type BarrierDocument, barrierDocument } from './barrier.js';
export { analyseBarriers, type BarriersDocument, barriersDocument, ONE_BASIN } from './barriers.js';
export { analyseCompare, type CompareDocument, type ComparedModel, compareDocument } from './compare.js';
export {
  analyseContribution,
  type Baseline,
  type ContributionDocument,
  type ContributionOptions,
  contributionDocument,
} from './contribution.js';
export { analyseDiversity, type DiversityDocument, type DiversityInputs, diversityDocument } from './diversity.js';
export { type AnalysisFacts, analysisFacts } from './facts.js';
export { analyseMarginal, type MarginalAnalysisOptions, type MarginalDocument, marginalDocument } from './marginal.js';
export { accuracyOf, type MeasuredPool, worthOf } from './measured-pool.js';
export type { EvaluationCount, Examined, MetricOfWorth } from './parts.js';
export {
  analyseSoupVersusEnsemble,
  type SoupVersusEnsembleDocument,
  soupVersusEnsembleDocument,
} from './soup-versus-ensemble.js';
export type { SearchSteps } from './steps.js';
export { analyseTernary, type TernaryAnalysisOptions, type TernaryDocument, ternaryDocument } from './ternary.js';
export { analyseWeights, type WeightsDocument, weightsDocument } from './weights.js';
export {
  analyseWhatIf,
  replaySearch,
  type WhatIfDocument,
  type WhatIfInputs,
  type WhatIfQuestion,
  whatIfDocument,
  whatIfQuestion,
} from './what-if.js';
export { analyseWhy, type WhyDocument, whyDocument } from './why.js';

/** The schema of every analysis, by the name that stands in its documents. */
export const analysisDocuments = {
  barrier: barrierDocument,
  barriers: barriersDocument,
  ternary: ternaryDocument,
  contribution: contributionDocument,
  marginal: marginalDocument,
  diversity: diversityDocument,
  weights: weightsDocument,
  'soup-versus-ensemble': soupVersusEnsembleDocument,
  compare: compareDocument,
  why: whyDocument,
  'what-if': whatIfDocument,
} as const satisfies { readonly [Name in AnalysisName]: z.ZodType<{ readonly analysis: Name }> };
export type { AnalysisName };
export type AnalysisDocument = z.infer<(typeof analysisDocuments)[AnalysisName]>;
