import type { JsonObject } from '../json.js';
import type { AnalysisName } from './analysis-kinds/index.js';
import type { Transduction } from './transduction.js';

export const STEP_KINDS = [
  'dataset',
  'benchmark',
  'pretrain',
  'import',
  'probe',
  'finetune',
  'align',
  'soup',
  'batchnorm',
  'features',
  'evaluate',
  'cost',
  'analyse',
] as const;
export type StepKind = (typeof STEP_KINDS)[number];

/** An artifact made by another step of the same plan. */
export interface StepInput {
  /** Step id within the plan. */
  readonly step: string;
  /** Output name of that step. */
  readonly output: string;
}

/** What the result of a step becomes in the lab's records. */
export type Makes =
  | { readonly type: 'dataset'; readonly name: string }
  | { readonly type: 'benchmark'; readonly name: string; readonly split: string /* 'mnist/test' */ }
  | { readonly type: 'head' }
  /** Features of a model: an artifact and no record. */
  | { readonly type: 'features' }
  /** What answers of these models cost: step ids, as the inputs of the step list them. */
  | { readonly type: 'costs'; readonly models: readonly string[] }
  | {
      readonly type: 'model';
      readonly model: ModelKind;
      readonly name: string;
      /** Step ids of models. */
      readonly parents: readonly string[];
    }
  | {
      readonly type: 'evaluation';
      readonly model: string;
      readonly benchmark: string;
      /** Whether the model was trained, without labels, on the benchmark's own images or on others of the same shift. */
      readonly transduction?: Transduction;
    }
  | {
      readonly type: 'analysis';
      /** As the recipe calls it. */
      readonly name: string;
      readonly analysis: AnalysisName;
      /** Step ids of the models that are looked at, in the order of the document. */
      readonly models: readonly string[];
      /** Step id of the benchmark whose examples are asked; null where none are. */
      readonly benchmark: string | null;
    };

export type ModelKind = 'stock' | 'ingredient' | 'soup' | 'ensemble';

export interface PlanStep {
  /** 'datasets/mnist', 'benchmarks/test', 'stock', 'head', 'ingredients/ft-03', 'soups/greedy', 'evaluations/ft-03/test' */
  readonly id: string;
  readonly kind: StepKind;
  /** For people. */
  readonly title: string;
  /** Everything but the inputs that determines the result. */
  readonly parameters: JsonObject;
  /** Role → producing steps, in order. */
  readonly inputs: Readonly<Record<string, readonly StepInput[]>>;
  readonly makes: Makes;
}

export interface Plan {
  readonly name: string;
  readonly seed: number;
  /** Topologically sorted: a step's inputs come before it. */
  readonly steps: readonly PlanStep[];
  /** Names of the benchmarks that rank models, in the order in which they are shown. The first one orders the table. */
  readonly report: readonly string[];
  /** Names of the benchmarks that models are chosen on. They never rank. */
  readonly selection: readonly string[];
  /** SHA-256 over everything above but the name and the titles. */
  readonly hash: string;
}

/** The ids of the steps that must be finished before this one, each once, in order of first use. */
export function dependencies(step: PlanStep): readonly string[] {
  return [...new Set(Object.values(step.inputs).flatMap((inputs) => inputs.map((input) => input.step)))];
}
