import { batchNormName } from './batch-norm-options.js';
import { findSplit, isIssue, own } from './check-splits.js';
import { groupOfDrawn } from './drawn-names.js';
import { interTrained, type Recipe } from './schema.js';

/**
 * Whether a model saw, without labels, what it is judged on. `joint`: the very examples of the benchmark. `disjoint`: other
 * examples of the same shift, which no label came with. Left out where neither: an ordinary score.
 */
export type Transduction = 'joint' | 'disjoint';

/**
 * How a score on `reference` ('mnist/rotated') is to be read for a model of one of the recipe's groups of ingredients. A split
 * that is trained on counts as of the same shift when its role is `shift` and it is of the benchmark's dataset.
 */
export function transductionOf(recipe: Recipe, groups: readonly string[], reference: string): Transduction | undefined {
  const seen = seenSplits(recipe, groups);
  if (seen.includes(reference)) return 'joint';
  const [dataset] = reference.split('/');
  const related = seen.some((other) => {
    const split = findSplit(recipe, other, []);
    return other.split('/')[0] === dataset && !isIssue(split) && split.role === 'shift';
  });
  return related ? 'disjoint' : undefined;
}

/**
 * The splits that models of these groups saw without labels: what they, or the stock that they come from, were trained on so,
 * what ended such a training, and what statistics were estimated on; and those that imported models learned from with labels, for
 * to know the labels of a shift is no less than to know its images. Soups lead to the groups they are made of; no name at all
 * means what was trained from the stock alone.
 */
function seenSplits(recipe: Recipe, names: readonly string[]): string[] {
  const splits = new Set<string>();
  let fromStock = names.length === 0;
  const pending = [...names];
  const done = new Set<string>();
  while (pending.length > 0) {
    const name = pending.pop() ?? '';
    if (done.has(name)) continue;
    done.add(name);
    const soup = own(recipe.soups, name);
    const group = recipe.ingredients.find((candidate) => candidate.name === name);
    const estimated = estimatedFrom(recipe, name);
    if (soup !== undefined) pending.push(...soup.ingredients);
    else if (estimated !== undefined) {
      splits.add(estimated.split);
      pending.push(estimated.soup);
    } else if (group === undefined) {
      pending.push(...[groupOfDrawn(recipe, name)].flatMap((owner) => owner?.name ?? []));
    } else if (group.algorithm === 'aligned') {
      // The reference decides their order, and nothing that they answer.
      pending.push(...group.align);
    } else if (group.algorithm === 'imported') {
      for (const seen of [...(group.seen_unlabelled ?? []), ...(group.trained_on ?? [])]) splits.add(seen);
      fromStock ||= group.stock !== undefined && group.stock === recipe.stock?.name;
    } else {
      fromStock = true;
      if (interTrained(group)) for (const seen of seenBy(group.split, group.space)) splits.add(seen);
      else pending.push(...(group.from ?? []));
    }
  }
  const pretrain = fromStock ? recipe.stock?.pretrain : undefined;
  if (pretrain !== undefined) for (const seen of seenBy(pretrain.split, pretrain)) splits.add(seen);
  return [...splits];
}

/** The soup beside which a model of this name stands, and the split that its statistics are estimated on. */
function estimatedFrom(recipe: Recipe, name: string): { readonly soup: string; readonly split: string } | undefined {
  for (const [soup, { batchnorm }] of Object.entries(recipe.soups)) {
    if (batchnorm !== undefined && batchNormName(soup) === name) return { soup, split: batchnorm.split };
  }
  return undefined;
}

function seenBy(
  split: string,
  { early_stopping: stopping }: { readonly early_stopping?: { readonly split: string } },
): readonly string[] {
  return stopping === undefined ? [split] : [split, stopping.split];
}
