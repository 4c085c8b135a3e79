import type { AnalysisName } from '@stockpot/engine/analysis/documents';
import type { Analysis } from '../define-analysis.js';
import { barrier } from './barrier.js';
import { barriers } from './barriers.js';
import { compare } from './compare.js';
import { contribution } from './contribution.js';
import { diversity } from './diversity.js';
import { marginal } from './marginal.js';
import { soupVersusEnsemble } from './soup-versus-ensemble.js';
import { ternary } from './ternary.js';
import { weights } from './weights.js';
import { whatIf } from './what-if.js';
import { why } from './why.js';

/** Every analysis, by its name on the command line and in its document. */
export const analyses: { readonly [Name in AnalysisName]: Analysis } = {
  barrier,
  barriers,
  ternary,
  contribution,
  marginal,
  diversity,
  weights,
  'soup-versus-ensemble': soupVersusEnsemble,
  compare,
  why,
  'what-if': whatIf,
};
