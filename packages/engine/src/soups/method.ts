import type { Tensor } from '../graph/tensor.js';
import type { JsonObject } from '../json.js';
import type { CachedAnswers } from './choosing/greedy-ensemble.js';
import type { Lesson } from './choosing/lesson.js';
import type { LearnedMix, ReportedTrial } from './trace.js';

/** A model that may go into a soup: a safetensors file and its name in errors. */
export interface Ingredient {
  readonly name: string;
  readonly path: string;
  /** Of the file's content, where it is known: equal ingredients make equal soups, which are evaluated once. */
  readonly hash?: string;
}

/** A mixed checkpoint in memory, before anybody decided to keep it. */
export interface Candidate {
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly metadata: ReadonlyMap<string, string>;
}

/** What a method that chooses chooses by. Scores are in [0, 1] and comparable: one benchmark, one metric. */
export interface Selection {
  /** Of each ingredient alone. */
  readonly scores: readonly number[];
  /** Evaluates a candidate: the expensive part. */
  score(candidate: Candidate): Promise<number>;
}

/** All that a method works with. */
export interface Kitchen {
  /** At least one; the order is that of the plan and decides nothing but names and ties. */
  readonly ingredients: readonly Ingredient[];
  /** Null when the plan gave no selection benchmark. */
  readonly selection: Selection | null;
  /** What coefficients are learned from; absent where the plan gave nothing to learn from. */
  readonly lesson?: Lesson;
  /** What the ingredients have answered on a selection benchmark; there for methods that choose by answers. */
  readonly answers?: CachedAnswers;
  /** Threads that mix, at most; left out, those of the machine. */
  readonly threads?: number;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
}

/** What is mixed, and how: enough to cook the soup again, whoever chose it. `cookMixture` writes it. */
export interface Mixture {
  /** A row of the table of mixing methods, and what it is told. */
  readonly method: string;
  readonly parameters: JsonObject;
  /** Indices of ingredients in the order in which the method sees them; one that is listed twice counts twice. */
  readonly members: readonly number[];
  /** Of the random numbers of a method that draws some. */
  readonly seed?: number;
}

/** What a method of choosing found. */
export interface Soup {
  /** Null for a baseline that mixes no weights. */
  readonly mixture: Mixture | null;
  /** Of a baseline that averages answers: whose, where that are not all. */
  readonly members?: readonly number[];
  /** Empty for a method that does not choose. */
  readonly trace: readonly ReportedTrial[];
  /** The rule by which candidates were accepted, as recorded; null for a method that does not choose. */
  readonly rule: '>=' | '>' | null;
  /** How the coefficients were learned; absent where they were not. */
  readonly learned?: LearnedMix;
}

/** A way to make one model of several. */
export interface SoupMethod<Parameters> {
  /** For people, e.g. 'Greedy soup'. */
  readonly title: string;
  /** Where the method comes from. */
  readonly source: string;
  /** Throws SoupError or CheckpointError before anything is written when the ingredients do not fit. */
  cook(parameters: Parameters, kitchen: Kitchen): Promise<Soup>;
}
