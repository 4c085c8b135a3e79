import { canonicalJson } from '../json.js';
import { benchmarkKinds, type SecondSplit } from './benchmark-kinds/index.js';
import { findSplit, isIssue, own, type RecipeSplit } from './check-splits.js';
import { isMeasured, secondSplit } from './compile-benchmarks.js';
import { TEXT_FORMATS } from './dataset-format.js';
import { didYouMean, listed } from './did-you-mean.js';
import type { DocumentIssue, Path } from './issues.js';
import type { SplitRole } from './parameters.js';
import type { Recipe, RecipeBenchmark } from './schema.js';
import { suiteFacts } from './suites.js';

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
      issues.push(...checkSubset(benchmark.split, split, benchmark.subset, [...path, 'subset']));
    }
    return [
      ...issues,
      ...checkCorruptions(benchmark, path),
      ...checkNormaliser(benchmark, path),
      ...checkKind(recipe, benchmark, path),
    ];
  });
}

function checkSubset(
  reference: string,
  { count }: RecipeSplit,
  subset: RecipeBenchmark['subset'],
  path: Path,
): DocumentIssue[] {
  if (subset === undefined || count === undefined || subset.count <= count) return [];
  const message = `a subset of ${subset.count} is larger than '${reference}', which has ${count} examples.`;
  return [{ path: [...path, 'count'], message }];
}

function checkCorruptions({ corruptions, severities }: RecipeBenchmark, path: Path): DocumentIssue[] {
  const issues: DocumentIssue[] = [];
  if (severities === undefined) return issues;
  const here = [...path, 'severities'];
  if (corruptions === undefined) {
    issues.push({
      path: here,
      message: "severities belong to corruptions. Add 'corruptions: mnist-c', or remove them.",
    });
  } else if (typeof corruptions !== 'string') {
    const published = suiteFacts[corruptions.suite].official;
    const strange = severities.filter((one) => !published.includes(one));
    if (strange.length > 0) {
      const there = published.length === 1 ? `one severity, ${published[0]}` : `the severities ${published.join(', ')}`;
      issues.push({
        path: here,
        message: `the files of ${corruptions.suite} were published at ${there}; found ${strange.join(', ')}. Remove the severities.`,
      });
    }
  }
  if (new Set(severities).size < severities.length) {
    issues.push({ path: here, message: 'a severity is named twice. Name each once.' });
  }
  return issues;
}

/** A reference normalises exactly the cells that its errors are known for: those of the published files, frost among them. */
function checkNormaliser(benchmark: RecipeBenchmark, path: Path): DocumentIssue[] {
  if (isMeasured(benchmark) || benchmark.normaliser === undefined) return [];
  const { corruptions, severities, normaliser } = benchmark;
  const official = typeof corruptions === 'object' ? corruptions : undefined;
  const suite = official?.suite ?? corruptions;
  const whole = official?.only === undefined && (severities === undefined || severities.length === 5);
  if (official?.suite === 'imagenet-c' && whole) return [];
  const found =
    suite === undefined
      ? 'has no corruptions'
      : suite !== 'imagenet-c'
        ? `has those of ${official?.suite ?? suite}`
        : official === undefined
          ? 'generates its own'
          : 'has some of them';
  return [
    {
      path: [...path, 'normaliser'],
      message: `the errors of ${normaliser} were measured on the files of imagenet-c, 15 corruptions at severities 1 to 5, and this benchmark ${found}. Use all of its files, 'corruptions: {suite: imagenet-c, files: {path: ./ImageNet-C}}', or remove the normaliser: the plain mean error is given without it.`,
    },
  ];
}

/** What a kind of benchmark asks for beside the split that it scores. */
function checkKind(recipe: Recipe, benchmark: RecipeBenchmark, path: Path): DocumentIssue[] {
  if (!isMeasured(benchmark)) return [];
  const { what, reads, second, contradictions } = benchmarkKinds[benchmark.kind];
  const issues: DocumentIssue[] = contradictions(benchmark).map(({ key, message }) => ({
    path: [...path, key],
    message,
  }));
  const [dataset = ''] = benchmark.split.split('/');
  const format = own(recipe.datasets, dataset)?.format;
  if (reads === 'gradients' && format !== undefined && TEXT_FORMATS.includes(format)) {
    const message = `${what} changes pixels a little, and '${dataset}' holds text: between two tokens of a vocabulary lies nothing. Remove it, or name images.`;
    issues.push({ path: [...path, 'kind'], message });
  }
  const named = secondSplit(benchmark);
  if (named !== undefined && second !== null) issues.push(...checkSecond(recipe, benchmark, named, second, path));
  else if (second?.required) {
    const message = `missing; ${what} needs ${second.key === 'reference' ? "what it learns from, such as 'reference: mnist/train'" : "what is to be told apart, such as 'against: fashion/test'"}.`;
    issues.push({ path: [...path, second.key], message });
  }
  if (benchmark.reference_subset !== undefined && benchmark.reference === undefined) {
    issues.push({ path: [...path, 'reference_subset'], message: 'there is no reference. Add one, or remove this.' });
  }
  return issues;
}

function checkSecond(
  recipe: Recipe,
  benchmark: RecipeBenchmark,
  named: NonNullable<ReturnType<typeof secondSplit>>,
  { roles, otherwise }: SecondSplit,
  path: Path,
): DocumentIssue[] {
  const here = [...path, named.key];
  if (named.split === benchmark.split) {
    return [{ path: here, message: `'${named.split}' is also the split that is scored. Name another split.` }];
  }
  const split = findSplit(recipe, named.split, here);
  if (isIssue(split)) return [split];
  const issues = checkSubset(named.split, split, named.subset, [...path, 'reference_subset']);
  if (!roles.includes(split.role)) {
    issues.push({ path: here, message: `'${named.split}' has the role ${split.role}: ${otherwise}.` });
  }
  const scored = findSplit(recipe, benchmark.split, here);
  if (!isIssue(scored) && scored.from === split.from && sameFiles(recipe, benchmark.split, named.split)) {
    issues.push({
      path: here,
      message: `'${named.split}' and '${benchmark.split}' are of two datasets that take them from the same files, so they may share examples. Make both splits of one dataset.`,
    });
  }
  const room = named.subset?.count ?? split.count;
  if (benchmark.kind === 'knn' && room !== undefined && benchmark.k > room) {
    const message = `${benchmark.k} neighbours are more than the ${room} examples of the reference.`;
    issues.push({ path: [...path, 'k'], message });
  }
  return issues;
}

/** Whether two splits are of different datasets with one source. */
function sameFiles(recipe: Recipe, a: string, b: string): boolean {
  const [one = '', other = ''] = [a, b].map((reference) => reference.split('/')[0]);
  const [first, second] = [own(recipe.datasets, one), own(recipe.datasets, other)];
  return one !== other && first !== undefined && canonicalJson(first.source) === canonicalJson(second?.source ?? null);
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
  return issues;
}

/** Names of the benchmarks of plain answers whose split has the role selection, in recipe order. */
export function selectionBenchmarks(recipe: Recipe): string[] {
  return Object.entries(recipe.benchmarks)
    .filter(([, benchmark]) => {
      if (isMeasured(benchmark)) return false;
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
  if (roles.includes('selection') && isMeasured(benchmark)) {
    const { what } = benchmarkKinds[benchmark.kind];
    return [
      { path, message: `'${name}' is ${what}: models are chosen by their answers. Name a benchmark without kind.` },
    ];
  }
  const split = findSplit(recipe, benchmark.split, path);
  if (isIssue(split) || roles.includes(split.role)) return [];
  const message = refusal(split.role);
  return message === undefined ? [] : [{ path, message }];
}
