import { IDX_PARTS, OPTION_FORMATS, TEXT_FORMATS } from './dataset-format.js';
import { didYouMean, listed } from './did-you-mean.js';
import type { DocumentIssue, Path } from './issues.js';
import type { SplitRole } from './parameters.js';
import type { Recipe } from './schema.js';

export type RecipeSplit = Recipe['datasets'][string]['splits'][string];

/** Splits of one example set that cannot be consecutive ranges of it. */
export function checkSplits(recipe: Recipe): DocumentIssue[] {
  const issues: DocumentIssue[] = [];
  for (const [dataset, { splits }] of Object.entries(recipe.datasets)) {
    const takesRest = new Map<string, string>();
    for (const [name, split] of Object.entries(splits)) {
      const path = ['datasets', dataset, 'splits', name];
      const rest = takesRest.get(split.from);
      if (rest !== undefined) {
        issues.push({
          path,
          message: `nothing is left for it: '${rest}' before it has no count and takes all of the ${split.from} files. Give '${rest}' a count, or put '${name}' before it.`,
        });
      }
      if (split.count === undefined) takesRest.set(split.from, name);
    }
  }
  return issues;
}

/** Example sets that IDX files do not have, and options that a format does not know. */
export function checkFormats(recipe: Recipe): DocumentIssue[] {
  return Object.entries(recipe.datasets).flatMap(([dataset, { format, splits, ...options }]) => {
    const issues: DocumentIssue[] = [];
    for (const [name, { from }] of Object.entries(splits)) {
      if (format !== 'idx' || IDX_PARTS.includes(from)) continue;
      issues.push({
        path: ['datasets', dataset, 'splits', name, 'from'],
        message: `IDX files have the example sets ${listed(IDX_PARTS)}; found '${from}'.${didYouMean(from, IDX_PARTS)}`,
      });
    }
    for (const [option, formats] of Object.entries(OPTION_FORMATS)) {
      if (!Object.hasOwn(options, option) || formats.includes(format)) continue;
      issues.push({
        path: ['datasets', dataset, option],
        message: `the format '${format}' does not know '${option}'; it belongs to ${listed(formats)}. Remove it, or say another format.`,
      });
    }
    if (options.near_duplicates === true && TEXT_FORMATS.includes(format)) {
      issues.push({
        path: ['datasets', dataset, 'near_duplicates'],
        message: `near-duplicates are looked for among images, and '${format}' holds text. Remove it; identical texts across splits are always reported.`,
      });
    }
    return issues;
  });
}

/** The split that `'dataset/split'` names, or the issue that says what it could have named. */
export function findSplit(recipe: Recipe, reference: string, path: Path): RecipeSplit | DocumentIssue {
  const known = Object.entries(recipe.datasets).flatMap(([dataset, { splits }]) =>
    Object.keys(splits).map((split) => `${dataset}/${split}`),
  );
  const [dataset = '', split = ''] = reference.split('/');
  const found = own(own(recipe.datasets, dataset)?.splits ?? {}, split);
  if (found !== undefined) return found;
  return {
    path,
    message: `there is no split '${reference}'.${didYouMean(reference, known)} The splits are ${listed(known)}.`,
  };
}

/** Refuses training on images that models are judged or chosen by. */
export function checkTrainingSplit(
  recipe: Recipe,
  reference: string,
  path: Path,
  roles: readonly SplitRole[],
): DocumentIssue[] {
  const split = findSplit(recipe, reference, path);
  if (isIssue(split)) return [split];
  if (roles.includes(split.role)) return [];
  return [
    {
      path,
      message: `'${reference}' has the role ${split.role}, and this trains on it. Use a split with the role ${roles.join(' or ')}.`,
    },
  ];
}

/** Examples of a split; undefined when it takes all that is left, or there is no such split. */
export function splitCount(recipe: Recipe, reference: string): number | undefined {
  const split = findSplit(recipe, reference, []);
  return isIssue(split) ? undefined : split.count;
}

/** A batch that the split cannot fill once: no training step would be made. */
export function checkBatch(recipe: Recipe, reference: string, batch: number, path: Path): DocumentIssue[] {
  const split = findSplit(recipe, reference, path);
  if (isIssue(split) || split.count === undefined || batch <= split.count) return [];
  return [
    {
      path,
      message: `a batch of ${batch} does not fit in '${reference}', which has ${split.count} examples. Use at most ${split.count}.`,
    },
  ];
}

export function isIssue(found: RecipeSplit | DocumentIssue): found is DocumentIssue {
  return 'message' in found;
}

export function own<Value>(record: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
