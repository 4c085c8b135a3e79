/** @file The kinds of analyses that a recipe may ask for. A new kind is a row here, one of analysis/documents and one of analysis/asking. */
import { z } from 'zod';
import { didYouMean, listed } from '../did-you-mean.js';
import { barrier, barriers, soupVersusEnsemble, ternary } from './connectivity.js';
import { contribution, marginal } from './contribution.js';
import { compare, diversity, weights } from './pool.js';
import { whatIf, why } from './search.js';

export { FEWEST_POINTS, ONE_BASIN_POINTS } from './connectivity.js';
export { METRICS, MOST_ENUMERATED, mostSampled } from './contribution.js';
export type { LooksAt, OptionIssue, Wanted } from './define-kind.js';
export { FEATURES } from './pool.js';
export { SEARCHES } from './search.js';

export const analysisKinds = {
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
} as const;

export type AnalysisName = keyof typeof analysisKinds;
/** What an analysis of a kind may be told, defaults written out. */
export type OptionsOf<Name extends AnalysisName> = ReturnType<(typeof analysisKinds)[Name]['optionsOf']>;

export const ANALYSES = Object.keys(analysisKinds) as [AnalysisName, ...AnalysisName[]];

const [first, ...others] = Object.values(analysisKinds).map(({ recipe }) => recipe);
if (first === undefined) throw new Error('There is no kind of analysis.');

/** What a recipe says of an analysis. */
export const recipeAnalysis = z
  .discriminatedUnion('kind', [first, ...others], {
    error: ({ input }) => {
      const kind = typeof input === 'object' && input !== null && 'kind' in input ? String(input.kind) : '';
      const meant = didYouMean(kind, ANALYSES);
      return `expected an analysis such as {kind: barriers, models: [ft], on: selection}; the kinds are ${listed(ANALYSES, ANALYSES.length)}${meant === '' ? '' : `.${meant}`}`;
    },
  })
  .describe('What says why a soup is better: docs/analysis.md. It chooses nothing, and no score depends on it.');
export type RecipeAnalysis = z.output<typeof recipeAnalysis>;
