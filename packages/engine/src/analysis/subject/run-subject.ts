import { holdsText, type OpenDatasetOptions } from '../../data/dataset.js';
import type { Labels } from '../../data/split.js';
import { repeatLabels } from '../../evaluation/evaluation.js';
import { benchmarkExamples, readTexts } from '../../evaluation/examples.js';
import { type Predictions, predictions } from '../../evaluation/predictions.js';
import { type EvaluationProtocol, readProtocol, rowsOf } from '../../evaluation/protocol.js';
import { knownFromTrace } from '../../soups/choosing/what-if.js';
import type { Baseline } from '../documents/contribution.js';
import { accuracyOf } from '../documents/measured-pool.js';
import type { Examined, MetricOfWorth } from '../documents/parts.js';
import { AnalysisError } from '../errors.js';
import type { Examination } from '../mixtures/classifier-answers.js';
import { scoreOf } from '../mixtures/score.js';
import { equalShares, mixtureKey, only, reduced } from '../mixtures/shares.js';
import type { TextExamination } from '../mixtures/text-answers.js';
import type { CookedRun, ModelStep, PoolModel } from './cooked-run.js';
import { examinationOf, type RunningOptions, runningOf } from './files-subject.js';
import { openSubject, type Subject } from './pool-subject.js';

export interface RunSubjectOptions extends RunningOptions {
  /** Names of models; left out, all ingredients that were scored. */
  readonly names?: readonly string[];
  /** A soup whose ingredients are meant, in place of names. */
  readonly soup?: string;
  /** Left out, the first that models were chosen on. */
  readonly benchmark?: string;
  /** The soup whose search is asked about: what that search tried is known in any case. */
  readonly searched?: string;
  /** Takes nothing as known of mixtures but what is asked about: only what the models alone have answered. */
  readonly fresh?: boolean;
}

/** A benchmark of a run: who answered it, and how to ask it again. */
export interface RunBenchmark {
  readonly examined: Examined;
  readonly labels: Labels;
  /** What a network is asked. */
  readonly questions: Pick<Examination, 'images'> | Pick<TextExamination, 'texts' | 'positions'>;
  /** What a model of the run answered; undefined where it was not asked. */
  answered(model: ModelStep): (() => Promise<Predictions>) | undefined;
}

/** Methods of which a soup is the mean of a list of its ingredients. */
const MEANS = ['uniform', 'greedy', 'greedier', 'pruned'];

/** Models of a cooked recipe on one of its benchmarks. What was evaluated is not evaluated again. */
export async function openRunSubject(run: CookedRun, options: RunSubjectOptions): Promise<Subject> {
  const benchmark = await openRunBenchmark(run, options.benchmark ?? selectionOf(run));
  const models = chosenModels(run, options, options.benchmark ?? selectionOf(run));
  const ingredients = models.map(({ name, step, output }) => {
    const path = run.path(step, output);
    const hash = step.outputs[output];
    if (path === undefined || hash === undefined || step.makes.model === 'stock') {
      throw new AnalysisError(
        path === undefined
          ? `${step.makes.name} is an ensemble: it has no weights of its own to mix.`
          : `${step.makes.name} is the stock: it has no head, and is not mixed with models that have one.`,
        'Name ingredients or soups.',
      );
    }
    return { name, path, hash };
  });
  return await openSubject({
    ...runningOf(options),
    ingredients,
    examination: { ...examinationOf(options), ...benchmark.questions, labels: benchmark.labels },
    examined: benchmark.examined,
    ...known(run, models, benchmark, options),
  });
}

/** The first benchmark that models were chosen on, else the first that ranks them. */
export function selectionOf({ record }: CookedRun): string {
  const name = record.selection[0] ?? record.report[0];
  if (name === undefined) {
    throw new AnalysisError(`The recipe ${record.name} has no benchmark.`, 'Add one to the recipe and cook it again.');
  }
  return name;
}

/** What is meant: models by their names, those of a soup, or else all ingredients that were scored. */
export function chosenModels(
  run: CookedRun,
  { names, soup }: Pick<RunSubjectOptions, 'names' | 'soup'>,
  benchmark: string,
): readonly PoolModel[] {
  if (soup !== undefined) return run.soup(soup).ingredients;
  if (names !== undefined && names.length > 0) return names.map((name) => run.poolModel(name));
  return run.models
    .filter((model) => model.makes.model === 'ingredient' && run.evaluation(model, benchmark) !== undefined)
    .map(({ makes }) => run.poolModel(makes.name));
}

/** Opens the examples of a benchmark: labels now, images when a network asks for them. */
export async function openRunBenchmark(run: CookedRun, name: string): Promise<RunBenchmark> {
  const step = run.benchmark(name);
  const path = run.path(step, 'protocol');
  const manifest = step.inputs.dataset?.[0];
  if (path === undefined || manifest === undefined || step.makes.type !== 'benchmark') {
    throw new AnalysisError(`The benchmark ${name} left no protocol.`, 'Cook the recipe again.');
  }
  const protocol = await readProtocol(path);
  const dataset = run.path(run.step(manifest.step), manifest.output) ?? '';
  const { labels, questions } = await questionsOf(
    protocol,
    dataset,
    run.path(step, 'images') ?? null,
    run.resolveSource,
  );
  const rows = rowsOf(protocol);
  const repeated = rows === protocol.n ? labels : repeatLabels(labels, rows / protocol.n);
  return {
    examined: {
      source: step.makes.split,
      role: protocol.split.role,
      n: protocol.n,
      rows,
      classes: protocol.dataset.classes,
      hash: step.outputs.protocol ?? '',
    },
    labels: repeated,
    questions,
    answered(model) {
      const evaluation = run.evaluation(model, name);
      if (evaluation?.outputs.logits === undefined) return undefined;
      return async () => {
        const logits = await run.logits(evaluation);
        if (logits === undefined || logits.length % rows !== 0) {
          throw new AnalysisError(
            `The answers of ${model.makes.name} to ${name} are no logits of ${rows} rows.`,
            'Cook the recipe again, or analyse another benchmark.',
          );
        }
        return predictions(logits, repeated, logits.length / rows);
      };
    },
  };
}

async function questionsOf(
  protocol: EvaluationProtocol,
  manifest: string,
  images: string | null,
  resolve: OpenDatasetOptions['resolveSource'],
): Promise<Pick<RunBenchmark, 'labels' | 'questions'>> {
  const { positions, split } = protocol;
  if (protocol.scoring !== undefined) {
    throw new AnalysisError(
      `The benchmark on ${split.name} is answered by other classes than its labels' own: ${protocol.scoring.classes}.`,
      'Name another with --benchmark.',
    );
  }
  if (protocol.measure !== undefined) {
    throw new AnalysisError(
      `The benchmark on ${split.name} does not ask for classes of its images.`,
      'Name another with --benchmark.',
    );
  }
  if (await holdsText(manifest)) {
    const { labels, split: texts } = await readTexts(protocol, manifest, resolve);
    return { labels, questions: { texts, positions } };
  }
  const { labels, images: shown } = await benchmarkExamples(protocol, manifest, images, resolve);
  return { labels, questions: { images: shown } };
}

/** What the run knows of mixtures of these models: answers of those it evaluated, accuracies of those its searches tried. */
function known(
  run: CookedRun,
  models: readonly PoolModel[],
  benchmark: RunBenchmark,
  { benchmark: named, searched, fresh = false }: RunSubjectOptions,
) {
  const name = named ?? selectionOf(run);
  const recorded = new Map<string, () => Promise<Predictions>>();
  const accuracies = new Map<string, number>();
  const count = models.length;
  for (const [place, model] of models.entries()) {
    const answered = run.evaluated(model, name) === undefined ? undefined : benchmark.answered(model.step);
    if (answered !== undefined) recorded.set(mixtureKey(only(place, count)), answered);
  }
  for (const { step: soup, soup: made } of run.knownSoups) {
    if (fresh && made.name !== searched) continue;
    const { facts, ingredients, benchmark: chosenOn } = made;
    const places = ingredients.map(({ name: one }) => models.findIndex((model) => model.name === one));
    const sharesOf = (members: readonly number[]) =>
      equalShares(
        members.map((index) => places[index] ?? -1),
        count,
      );
    const inPool = (members: readonly number[]) => members.every((index) => (places[index] ?? -1) >= 0);
    if (chosenOn === name && MEANS.includes(facts.method)) {
      for (const [key, accuracy] of knownFromTrace(facts.trace, ingredients.length)) {
        const members = key.split(',').map(Number);
        if (inPool(members)) accuracies.set(mixtureKey(sharesOf(members)), accuracy);
      }
    }
    const members = membersOf(facts.method, facts.coefficients);
    const answered = benchmark.answered(soup);
    if (members === null || answered === undefined || !inPool(members)) continue;
    recorded.set(mixtureKey(sharesOf(members)), answered);
  }
  return { recorded, accuracies };
}

/** The members of a soup with multiplicity, from its coefficients; null where it is no mean of a list. */
export function membersOf(
  method: string,
  coefficients: readonly { readonly index: number; readonly coefficient: number }[],
): readonly number[] | null {
  const smallest = Math.min(...coefficients.map(({ coefficient }) => coefficient));
  if (!MEANS.includes(method) || !(smallest > 0)) return null;
  // Coefficients of a list of m are whole parts of 1/m, so one of the first multiples of the smallest fits all.
  for (let parts = 1; parts <= 64; parts++) {
    const shares = coefficients.map(({ coefficient }) => (coefficient / smallest) * parts);
    const whole = shares.map(Math.round);
    if (shares.some((share, at) => Math.abs(share - (whole[at] ?? 0)) > 1e-6)) continue;
    return reduced(whole).flatMap((share, at) => Array<number>(share).fill(coefficients[at]?.index ?? 0));
  }
  return null;
}

/** The worth of a stock on a benchmark, as evaluated with the head that all ingredients start from; undefined without. */
export async function stockBaseline(
  stock: ModelStep,
  benchmark: RunBenchmark,
  metric: MetricOfWorth,
): Promise<Baseline | undefined> {
  const answered = benchmark.answered(stock);
  if (answered === undefined) return undefined;
  const score = scoreOf(await answered());
  const worth = metric === 'loss' ? -score.loss : accuracyOf(score, benchmark.examined.rows);
  return { name: 'the stock', worth };
}
