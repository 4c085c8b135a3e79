import type { Context } from '@stockpot/domain';
import { diversityLoader, soupEvidenceLoader } from '../modules/analyses/loaders.js';
import { benchmarkLoader } from '../modules/benchmarks/loaders.js';
import { comparisonsLoader } from '../modules/comparisons/loaders.js';
import { datasetLoader } from '../modules/datasets/loaders.js';
import { evaluationsOfModelLoader } from '../modules/evaluations/loaders.js';
import { labLoader } from '../modules/labs/loaders.js';
import { ranksLoader } from '../modules/leaderboard/loaders.js';
import { familyLoader, modelLoader } from '../modules/models/loaders.js';
import { recipeLoader } from '../modules/recipes/loaders.js';
import { runLoader } from '../modules/runs/loaders.js';
import { seedGroupLoader } from '../modules/seeds/loaders.js';
import { soupDetailLoader, traceLoader } from '../modules/soups/loaders.js';
import { stepsOfRunLoader } from '../modules/steps/loaders.js';
import {
  analysesOfModelLoader,
  analysesOfPoolLoader,
  analysesOfRunLoader,
  analysisDocumentLoader,
  analysisLoader,
} from '../modules/stored-analyses/loaders.js';

/**
 * The batched reads of one operation. Each asks the domain as the viewer, so a loader shows nothing that a query would
 * not; fifty rows that each want their parents make one call.
 */
export function createLoaders(ctx: Context) {
  return {
    lab: labLoader(ctx),
    analysis: analysisLoader(ctx),
    analysesOfModel: analysesOfModelLoader(ctx),
    analysesOfPool: analysesOfPoolLoader(ctx),
    analysesOfRun: analysesOfRunLoader(ctx),
    analysisDocument: analysisDocumentLoader(ctx),
    dataset: datasetLoader(ctx),
    benchmark: benchmarkLoader(ctx),
    comparisons: comparisonsLoader(ctx),
    evaluationsOfModel: evaluationsOfModelLoader(ctx),
    ranks: ranksLoader(ctx),
    model: modelLoader(ctx),
    family: familyLoader(ctx),
    seedGroup: seedGroupLoader(ctx),
    soupDetail: soupDetailLoader(ctx),
    trace: traceLoader(ctx),
    soupEvidence: soupEvidenceLoader(ctx),
    diversity: diversityLoader(ctx),
    recipe: recipeLoader(ctx),
    run: runLoader(ctx),
    stepsOfRun: stepsOfRunLoader(ctx),
  };
}

export type Loaders = ReturnType<typeof createLoaders>;
