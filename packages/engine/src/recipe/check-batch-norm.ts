import { batchNormName } from './batch-norm-options.js';
import { UNLABELLED } from './check-given.js';
import { checkTrainingSplit, findSplit, isIssue } from './check-splits.js';
import type { DocumentIssue } from './issues.js';
import { lineageOf } from './lineage.js';
import { isTraining, type Recipe } from './schema.js';

/** What a soup says of its batch normalisation: images that may be seen, enough of them, and a network that has any. */
export function checkBatchNorm(recipe: Recipe): DocumentIssue[] {
  return Object.entries(recipe.soups).flatMap(([name, { batchnorm, ingredients }]): DocumentIssue[] => {
    if (batchnorm === undefined) return [];
    const path = ['soups', name, 'batchnorm'];
    const { split, count, seed, batch } = batchnorm;
    const issues = checkTrainingSplit(recipe, split, [...path, 'split'], UNLABELLED);
    const found = findSplit(recipe, split, path);
    const there = isIssue(found) ? undefined : found.count;
    if (count !== undefined && there !== undefined && count > there) {
      const message = `${count} images are more than the ${there} of '${split}'. Lower the count, or leave it out.`;
      issues.push({ path: [...path, 'count'], message });
    }
    const images = count ?? there;
    if (images !== undefined && batch > images) {
      const message = `a batch of ${batch} is more than the ${images} images that are shown: there would be none. Use at most ${images}.`;
      issues.push({ path: [...path, 'batch'], message });
    }
    if (seed !== undefined && count === undefined) {
      const message = 'a seed draws the images that are counted, and all are shown. Add a count, or remove the seed.';
      issues.push({ path: [...path, 'seed'], message });
    }
    const groups = lineageOf(recipe).groupsOf(ingredients);
    const trains = recipe.ingredients.some((group) => isTraining(group) && groups.has(group.name));
    if (recipe.stock?.architecture !== undefined && trains) {
      const message = `'${name}' is a soup of vision transformers, which have no batch normalisation: '${batchNormName(name)}' would be '${name}'. Remove this.`;
      issues.push({ path, message });
    }
    return issues;
  });
}
