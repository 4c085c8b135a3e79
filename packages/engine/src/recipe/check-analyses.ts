import {
  type AnalysisName,
  analysisKinds,
  type RecipeAnalysis,
  SEARCHES,
  type Wanted,
} from './analysis-kinds/index.js';
import { benchmarkKinds } from './benchmark-kinds/index.js';
import { own } from './check-splits.js';
import { usedSelection } from './compile.js';
import { analysedPool } from './compile-analyses.js';
import { isMeasured } from './compile-benchmarks.js';
import { didYouMean, listed } from './did-you-mean.js';
import type { DocumentIssue, Path } from './issues.js';
import { lineageOf } from './lineage.js';
import { type NamedModel, type PlannedModels, plannedModels } from './planned-models.js';
import type { Recipe } from './schema.js';

/** @param recipe without any other mistake: which models it makes is known then */
export function checkAnalyses(recipe: Recipe): DocumentIssue[] {
  const rows = Object.entries(recipe.analyses ?? {});
  if (rows.length === 0) return [];
  const planned = plannedModels(recipe);
  const scored = new Set([...usedSelection(recipe), ...recipe.report]);
  return rows.flatMap(([name, row]) => checkAnalysis(recipe, row, ['analyses', name], { planned, scored }));
}

interface Kitchen {
  readonly planned: PlannedModels;
  /** Benchmarks that all models are scored on. */
  readonly scored: ReadonlySet<string>;
}

function checkAnalysis(recipe: Recipe, row: RecipeAnalysis, path: Path, kitchen: Kitchen): DocumentIssue[] {
  const { what, looksAt, models: wanted } = analysisKinds[row.kind];
  const issues = [...checkSubject(recipe, row, path, kitchen), ...checkBenchmark(recipe, row, path)];
  if (issues.length > 0) return issues;
  const pool = analysedPool(recipe, row, kitchen.planned);
  const here = [...path, row.soup === undefined ? 'models' : 'soup'];
  if (looksAt === 'search') return [];
  const wrong = pool.models.flatMap((model) => unfit(row.kind, model) ?? []);
  if (wrong[0] !== undefined) return [{ path: here, message: wrong[0] }];
  const { length } = pool.models;
  if (length < wanted.least || length > (wanted.most ?? length)) {
    const found = `${row.soup === undefined ? 'these are' : `'${row.soup}' was mixed of`} ${length}`;
    return [{ path: here, message: `${what} takes ${countOf(wanted)}, and ${found}. Name ${countOf(wanted)}.` }];
  }
  if (looksAt === 'weights' && new Set(pool.models.map(({ model }) => model.predictor)).size > 1) {
    const message =
      'some of these were trained without labels and have no head, others have one: their weights are not the same tensors. Name one sort.';
    return [{ path: here, message }];
  }
  if (looksAt === 'answers' && !kitchen.scored.has(row.on ?? '')) {
    const message = `no model is scored on '${row.on}', and stored answers are compared. Name one of ${listed(kitchen.scored)}.`;
    return [{ path: [...path, 'on'], message }];
  }
  const apart = row.kind === 'contribution' || row.kind === 'marginal' ? basinsApart(recipe, row) : undefined;
  if (apart !== undefined) return [{ path: here, message: apart }];
  return analysisKinds[row.kind]
    .contradictions(row, length)
    .map(({ key, message, advice }) => ({ path: [...path, key], message: `${message} ${advice}` }));
}

/** What is named must be there, and be named in one way. */
function checkSubject(recipe: Recipe, row: RecipeAnalysis, path: Path, { planned }: Kitchen): DocumentIssue[] {
  const { what, looksAt } = analysisKinds[row.kind];
  const { models, soup } = row;
  if (models !== undefined && soup !== undefined) {
    return [{ path: [...path, 'soup'], message: 'models are named beside it. Remove one of the two.' }];
  }
  if (models === undefined && soup === undefined) {
    const example = looksAt === 'search' ? "'soup: greedy'" : "'models: [ft]'";
    return [{ path, message: `missing; ${what} needs what it looks at, such as ${example}.` }];
  }
  if (soup !== undefined) {
    const here = [...path, 'soup'];
    const known = Object.keys(recipe.soups);
    const found = own(recipe.soups, soup);
    if (found === undefined) {
      return [
        {
          path: here,
          message: `there is no soup '${soup}'.${didYouMean(soup, known)} The soups are ${listed(known)}.`,
        },
      ];
    }
    if (looksAt !== 'search' || SEARCHES.some((method) => method === found.method)) return [];
    const searched = known.filter((name) => SEARCHES.some((method) => method === own(recipe.soups, name)?.method));
    const there =
      searched.length === 0 ? `Add one that is: ${listed(SEARCHES)}.` : `Those that were: ${listed(searched)}.`;
    return [{ path: here, message: `'${soup}' (${found.method}) is not chosen by a search. ${there}` }];
  }
  const named = models ?? [];
  return named.flatMap((name, index): DocumentIssue[] => {
    const here = [...path, 'models', index];
    const found = planned.named(name);
    if (found === undefined) {
      const message = `there is no model '${name}'.${didYouMean(name, planned.names)} Known are ${listed(planned.names)}.`;
      return [{ path: here, message }];
    }
    const before = named.slice(0, index).flatMap((other) => planned.named(other) ?? []);
    const twice = found.find((model) => before.some(({ name: other }) => other === model.name));
    return twice === undefined ? [] : [{ path: here, message: `'${twice.name}' is already here. Remove one.` }];
  });
}

function checkBenchmark(recipe: Recipe, row: RecipeAnalysis, path: Path): DocumentIssue[] {
  const { looksAt, what } = analysisKinds[row.kind];
  if (looksAt === 'search' || looksAt === 'weights') return [];
  const known = Object.keys(recipe.benchmarks);
  if (row.on === undefined) {
    return [{ path: [...path, 'on'], message: `missing; ${what} asks the examples of a benchmark: ${listed(known)}.` }];
  }
  const here = [...path, 'on'];
  const benchmark = own(recipe.benchmarks, row.on);
  if (benchmark === undefined) {
    const message = `there is no benchmark '${row.on}'.${didYouMean(row.on, known)} The benchmarks are ${listed(known)}.`;
    return [{ path: here, message }];
  }
  if (isMeasured(benchmark)) {
    const message = `'${row.on}' is ${benchmarkKinds[benchmark.kind].what}, and analyses look at plain answers. Name a benchmark without kind.`;
    return [{ path: here, message }];
  }
  if (benchmark.classes === undefined) return [];
  const message = `'${row.on}' is answered by the classes of ${benchmark.classes}, and analyses score the labels' own. Name a benchmark without classes.`;
  return [{ path: here, message }];
}

/** What soups of models are worth is asked of models that may be in one soup. Barriers ask whether they may. */
function basinsApart(recipe: Recipe, { models, soup }: RecipeAnalysis): string | undefined {
  const [first, other] = lineageOf(recipe).basinsOf(models ?? [soup ?? '']);
  if (first === undefined || other === undefined) return undefined;
  return `'${first.model}' and '${other.model}' have no declared stock in common, and what their soups are worth would be asked. Ask for the barrier between them, or align them first.`;
}

/** Why a model cannot be looked at by a kind of analysis; undefined where it can. */
function unfit(kind: AnalysisName, { kind: made, name, model }: NamedModel): string | undefined {
  const { looksAt } = analysisKinds[kind];
  if (looksAt === 'answers') {
    return model.predictor === 'headless'
      ? `'${name}' was trained without labels and has no answers. Name models that are fine-tuned.`
      : undefined;
  }
  if (made === 'ensemble') return `'${name}' is an ensemble: it has no weights of its own. Name ingredients or soups.`;
  if (made === 'stock') {
    return looksAt === 'weights'
      ? `'${name}' is the stock, from which weights are measured anyway. Remove it.`
      : `'${name}' is the stock: it has no head, and is not mixed with models that have one. Name ingredients or soups.`;
  }
  if (looksAt === 'mixtures' && model.predictor === 'headless') {
    return `'${name}' was trained without labels: it has no head, and cannot be scored. Name models that are fine-tuned.`;
  }
  return undefined;
}

function countOf({ least, most }: Wanted): string {
  if (least === most) return least === 1 ? 'one model' : `${least} models`;
  return most === undefined ? `${least} or more models` : `${least} to ${most} models`;
}
