import { findSplit, isIssue, own } from './check-splits.js';
import { didYouMean, listed } from './did-you-mean.js';
import type { DocumentIssue, Path } from './issues.js';
import type { SplitRole } from './parameters.js';
import type { Recipe } from './schema.js';

export function checkBenchmarks(recipe: Recipe): DocumentIssue[] {
  return Object.entries(recipe.benchmarks).flatMap(([name, benchmark]) => {
    const path = ['benchmarks', name];
    const issues: DocumentIssue[] = [];
    const split = findSplit(recipe, benchmark.split, [...path, 'split']);
    if (isIssue(split)) issues.push(split);
    else {
      if (split.role === 'train' || split.role === 'unlabeled') {
        issues.push({
          path: [...path, 'split'],
          message: `'${benchmark.split}' has the role ${split.role}: models learn from it, so a score on it says nothing. Use a split with the role test, shift or selection.`,
        });
      }
      if (benchmark.subset !== undefined && split.count !== undefined && benchmark.subset.count > split.count) {
        issues.push({
          path: [...path, 'subset', 'count'],
          message: `a subset of ${benchmark.subset.count} is larger than '${benchmark.split}', which has ${split.count} examples.`,
        });
      }
    }
    if (benchmark.severities !== undefined) {
      if (benchmark.corruptions === undefined) {
        issues.push({
          path: [...path, 'severities'],
          message: "severities belong to corruptions. Add 'corruptions: mnist-c', or remove them.",
        });
      }
      if (new Set(benchmark.severities).size < benchmark.severities.length) {
        issues.push({ path: [...path, 'severities'], message: 'a severity is named twice. Name each once.' });
      }
    }
    return issues;
  });
}

/** A report is what models are ranked by: never a score that they were chosen by. */
export function checkReport(recipe: Recipe): DocumentIssue[] {
  const issues = recipe.report.flatMap((name, index) =>
    checkBenchmarkRole(recipe, name, ['report', index], ['test', 'shift'], (role) =>
      role === 'selection'
        ? `the benchmark '${name}' is on a split with the role selection: soups are chosen by it, so it cannot also rank them. Report a benchmark on a split with the role test or shift.`
        : undefined,
    ),
  );
  recipe.report.forEach((name, index) => {
    if (recipe.report.indexOf(name) < index) {
      issues.push({ path: ['report', index], message: `'${name}' is already in the report. Remove one.` });
    }
  });
  if (recipe.baselines.includes('best') && selectionBenchmarks(recipe).length === 0) {
    issues.push({
      path: ['baselines', recipe.baselines.indexOf('best')],
      message:
        "the best ingredient is chosen by a score, and no benchmark is on a split with the role selection. Add one, or remove 'best'.",
    });
  }
  return issues;
}

/** Names of the benchmarks whose split has the role selection, in recipe order. */
export function selectionBenchmarks(recipe: Recipe): string[] {
  return Object.entries(recipe.benchmarks)
    .filter(([, benchmark]) => {
      const split = findSplit(recipe, benchmark.split, []);
      return !isIssue(split) && split.role === 'selection';
    })
    .map(([name]) => name);
}

/** An unknown benchmark, or one whose split's role is not among those wanted here. */
export function checkBenchmarkRole(
  recipe: Recipe,
  name: string,
  path: Path,
  roles: readonly SplitRole[],
  refusal: (role: SplitRole) => string | undefined,
): DocumentIssue[] {
  const benchmark = own(recipe.benchmarks, name);
  if (benchmark === undefined) {
    const known = Object.keys(recipe.benchmarks);
    return [
      {
        path,
        message: `there is no benchmark '${name}'.${didYouMean(name, known)} The benchmarks are ${listed(known)}.`,
      },
    ];
  }
  const split = findSplit(recipe, benchmark.split, path);
  if (isIssue(split) || roles.includes(split.role)) return [];
  const message = refusal(split.role);
  return message === undefined ? [] : [{ path, message }];
}
