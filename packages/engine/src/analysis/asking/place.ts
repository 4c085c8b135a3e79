import type { JsonObject } from '../../json.js';
import type { Wanted } from '../../recipe/analysis-kinds/index.js';
import type { Ingredient } from '../../soups/method.js';
import type { SoupTrial } from '../../soups/trace.js';
import type { ComparedModel } from '../documents/compare.js';
import type { Baseline } from '../documents/contribution.js';
import type { EvaluationCount, Examined, MetricOfWorth } from '../documents/parts.js';
import type { Subject } from '../subject/pool-subject.js';

/**
 * Where an analysis finds what it looks at: a cooked recipe, the inputs of a step, or files. One place is about one question:
 * which models, and which examples. Nothing is opened before it is asked for.
 */
export interface AnalysisPlace {
  readonly signal: AbortSignal;
  /** Models with examples, ready to be mixed. Whoever opens it disposes of it. Throws AnalysisError for another number of models. */
  openPool(wanted: Wanted): Promise<Subject>;
  /** What there is without any ingredient, where that is known; else guessing is meant. */
  baseline(metric: MetricOfWorth): Promise<Baseline | undefined>;
  /** What the models cost, where that is known; else one each. */
  costs(): { readonly unit: string; readonly each: readonly number[] } | undefined;
  /** The models' weights, for questions that need no examples. */
  checkpoints(): readonly Ingredient[];
  /** The model that all were trained from. */
  stock(): Ingredient | null;
  /** Two models by what they answered. */
  compared(): Promise<{ readonly models: readonly [ComparedModel, ComparedModel]; readonly examined: Examined }>;
  /** How the soup that is asked about was chosen. */
  search(): Promise<ChosenSoup>;
  /** Told what takes long beside mixtures, and how far that is. */
  onDoing?(what: string, done: number, total: number): void;
}

/** A soup that a search chose, and what is known of the models that it searched. */
export interface ChosenSoup {
  readonly name: string;
  readonly method: string;
  readonly parameters: JsonObject;
  readonly rule: '>=' | '>';
  readonly trace: readonly SoupTrial[];
  /** What could have been chosen, in its order. */
  readonly models: readonly string[];
  readonly examined: Examined;
  /** What the search ended with, with multiplicity; null where that is no list. */
  readonly members: readonly number[] | null;
  /** Accuracy of each model alone, and where it is known what each got right. */
  alone(): Promise<{ readonly scores: readonly number[]; readonly correct?: readonly Uint8Array[] }>;
  readonly learningRates: readonly number[] | null;
  /** Error barriers between the model that the soup began with and each that was turned down; null for others. */
  barriers(): Promise<readonly (number | null)[]>;
  /** Scores of other soups of the same models. Whoever opens it disposes of it. Throws AnalysisError where they are not known by this metric. */
  openScores(metric: MetricOfWorth, evaluate: boolean): Promise<KnownScores>;
}

export interface KnownScores extends AsyncDisposable {
  /** Worth of each model alone. */
  readonly scores: readonly number[];
  /** Models that are one and the same, as the place of the first of them. */
  readonly alike: readonly number[];
  /** Worth of the uniform soup of members; null where it is not known and is not to be evaluated. */
  find(members: readonly number[]): Promise<number | null>;
  evaluations(): EvaluationCount;
}
