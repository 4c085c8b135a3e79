/** @file What a recipe's shape cannot say: names that must exist, roles that must fit, counts that must add up. */
import { checkAnalyses } from './check-analyses.js';
import { checkBaselines } from './check-baselines.js';
import { checkBenchmarks, checkReport } from './check-benchmarks.js';
import { checkIngredients } from './check-models.js';
import { checkRepeats } from './check-repeats.js';
import { checkSharedFiles } from './check-shared-files.js';
import { checkSoups } from './check-soups.js';
import { checkFormats, checkSplits } from './check-splits.js';
import { checkStock } from './check-stock.js';
import type { DocumentIssue } from './issues.js';
import type { Recipe } from './schema.js';

/** Every mistake of a recipe whose shape is right; empty when it can be compiled. */
export function checkRecipe(recipe: Recipe): DocumentIssue[] {
  const issues = [
    ...checkFormats(recipe),
    ...checkSplits(recipe),
    ...checkSharedFiles(recipe),
    ...checkBenchmarks(recipe),
    ...checkStock(recipe),
    ...checkIngredients(recipe),
    ...checkSoups(recipe),
    ...checkReport(recipe),
    ...checkRepeats(recipe),
    ...checkBaselines(recipe),
  ];
  // What can be analysed is known when all models are.
  return issues.length > 0 ? issues : checkAnalyses(recipe);
}
