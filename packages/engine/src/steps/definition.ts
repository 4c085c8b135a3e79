import type { z } from 'zod';
import type { ArtifactStore, StepOutput } from '../artifacts/store.js';
import { StockpotEngineError } from '../errors.js';
import type { JsonObject } from '../json.js';
import type { StepKind } from '../recipe/plan.js';
import type { DeviceName } from '../runtime/device-names.js';

export type { ArtifactStore, StepOutput } from '../artifacts/store.js';
export type { StepKind } from '../recipe/plan.js';

export interface StepResult {
  readonly outputs: Readonly<Record<string, StepOutput>>;
  readonly summary: JsonObject;
}

export interface Progress {
  readonly done: number;
  readonly total: number;
  /** 'images', 'steps', 'cells': what `done` and `total` count. */
  readonly unit: string;
  /** Units a second. */
  readonly rate?: number;
  /** What computes, where that is more than a reader of files. */
  readonly device?: DeviceName;
}

export interface Reporter {
  /** One point of a curve: 'loss', 'lr', 'gradient_norm', 'images_per_second', 'accuracy'. `step` counts from 0. */
  metric(series: string, step: number, value: number): void;
  progress(progress: Progress): void;
}

export interface InputArtifact {
  readonly hash: string;
  /** A verified file; read only. */
  readonly path: string;
}

export interface StepContext {
  /** Role → artifacts in the plan's order. */
  readonly inputs: Readonly<Record<string, readonly InputArtifact[]>>;
  readonly store: ArtifactStore;
  readonly reporter: Reporter;
  /** To be looked at once a training step or batch at least; throw `CancelledError` when it has fired. */
  readonly signal: AbortSignal;
  /** A folder kept across attempts of this step key: own checkpoints for bit-exact resume. */
  readonly scratch: string;
  readonly threads: number;
  /** What networks run on. Part of the step key where it matters for the result. */
  readonly device: DeviceName;
  /** The folder of a data source, `{npm}` or `{path}`, or a checkpoint's file or folder; throws `SourceNotFoundError`. */
  readonly resolveSource: (source: JsonObject, kind?: 'dataset' | 'checkpoint') => string;
}

/** A step kind with its types erased, so that all kinds fit one table. */
export interface StepDefinition<Kind extends StepKind = StepKind> {
  readonly kind: Kind;
  readonly parameters: z.ZodType;
  readonly summary: z.ZodType;
  execute(parameters: unknown, context: StepContext): Promise<StepResult>;
}

/** A step kind as its author writes it: `execute` receives parsed parameters and returns the summary it declared. */
export interface TypedStepDefinition<Kind extends StepKind, Parameters extends z.ZodType, Summary extends z.ZodType> {
  readonly kind: Kind;
  readonly parameters: Parameters;
  readonly summary: Summary;
  execute(
    parameters: z.output<Parameters>,
    context: StepContext,
  ): Promise<{ readonly outputs: Readonly<Record<string, StepOutput>>; readonly summary: z.input<Summary> }>;
}

/** Erases the types of a step kind. Parameters are parsed before the step runs, the summary before it is believed. */
export function defineStep<Kind extends StepKind, Parameters extends z.ZodType, Summary extends z.ZodType<JsonObject>>(
  definition: TypedStepDefinition<Kind, Parameters, Summary>,
): StepDefinition<Kind> {
  return {
    kind: definition.kind,
    parameters: definition.parameters,
    summary: definition.summary,
    async execute(parameters, context) {
      const parsed = definition.parameters.safeParse(parameters);
      if (!parsed.success) throw new StepParametersError(definition.kind, parsed.error);
      const { outputs, summary } = await definition.execute(parsed.data, context);
      return { outputs, summary: definition.summary.parse(summary) };
    },
  };
}

/** The artifacts of a role, or a sentence that names the role that the plan left out. */
export function inputsOf(context: StepContext, role: string): readonly InputArtifact[] {
  const artifacts = Object.hasOwn(context.inputs, role) ? context.inputs[role] : undefined;
  if (artifacts === undefined || artifacts.length === 0) throw new StepInputError(role);
  return artifacts;
}

/** The first artifact of a role. */
export function inputOf(context: StepContext, role: string): InputArtifact {
  const [first] = inputsOf(context, role);
  if (first === undefined) throw new StepInputError(role);
  return first;
}

export class StepParametersError extends StockpotEngineError {
  constructor(kind: StepKind, error: z.ZodError) {
    const issue = error.issues[0];
    const where = issue === undefined ? 'parameters' : ['parameters', ...issue.path].join('.');
    super(
      `A step of kind ${kind} has parameters that it cannot run with: ${where}: ${issue?.message ?? error.message}`,
      'The plan comes from another version of Stockpot. Compile the recipe again with this one.',
    );
  }
}

export class StepInputError extends StockpotEngineError {
  constructor(role: string) {
    super(
      `The step needs an input named '${role}' and was given none.`,
      'The plan comes from another version of Stockpot. Compile the recipe again with this one.',
    );
  }
}
