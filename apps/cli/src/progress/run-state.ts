import type { Makes, StepKind } from '@stockpot/engine/recipe';
import { rate } from './format.js';

export type StepState = 'waiting' | 'running' | 'done' | 'reused' | 'failed' | 'cancelled';

/** The part of a plan that the display needs. */
export interface ProgressPlan {
  readonly name: string;
  readonly steps: readonly {
    readonly id: string;
    readonly kind: StepKind;
    readonly title: string;
    readonly makes: Makes;
  }[];
}

/**
 * What the display needs of an event; the engine's `CookEvent` is one, and a server's run can be told in the same words.
 */
export type ProgressEvent =
  | {
      readonly type: 'step';
      readonly id: string;
      readonly state: StepState;
      readonly result?: { readonly summary: { readonly [key: string]: unknown } };
      readonly error?: { readonly message: string };
    }
  | { readonly type: 'metric'; readonly id: string; readonly series: string; readonly values: readonly number[] }
  | {
      readonly type: 'progress';
      readonly id: string;
      readonly done: number;
      readonly total: number;
      readonly unit: string;
      readonly rate: number | null;
    };

export interface ShownStep {
  readonly id: string;
  readonly kind: StepKind;
  readonly title: string;
  readonly makes: Makes;
  state: StepState;
  /** Seconds on the display's clock. */
  startedAt: number | undefined;
  endedAt: number | undefined;
  progress:
    | { readonly done: number; readonly total: number; readonly unit: string; readonly rate: number | null }
    | undefined;
  loss: number | undefined;
  /** Images a second: of the last steps while it trains, over the whole training when it is done. */
  imagesPerSecond: number | undefined;
  error: string | undefined;
}

/** The state of every step of a run, kept up to date by its events. */
export class RunState {
  readonly name: string;
  readonly steps: readonly ShownStep[];
  readonly startedAt: number;
  readonly #byId: ReadonlyMap<string, ShownStep>;

  constructor(plan: ProgressPlan, now: number) {
    this.name = plan.name;
    this.startedAt = now;
    this.steps = plan.steps.map(({ id, kind, title, makes }) => ({
      id,
      kind,
      title,
      makes,
      state: 'waiting',
      startedAt: undefined,
      endedAt: undefined,
      progress: undefined,
      loss: undefined,
      imagesPerSecond: undefined,
      error: undefined,
    }));
    this.#byId = new Map(this.steps.map((step) => [step.id, step]));
  }

  /** Takes an event in and returns the step that it changed; undefined for a step that the plan does not have. */
  apply(event: ProgressEvent, now: number): ShownStep | undefined {
    const step = this.#byId.get(event.id);
    if (step === undefined) return undefined;
    if (event.type === 'progress') {
      step.progress = event;
    } else if (event.type === 'metric') {
      const last = event.values.at(-1);
      if (event.series === 'loss') step.loss = last ?? step.loss;
      if (event.series === 'images_per_second') step.imagesPerSecond = last ?? step.imagesPerSecond;
    } else {
      step.state = event.state;
      if (event.state === 'running') step.startedAt = now;
      else if (event.state !== 'waiting') step.endedAt = now;
      const speed = event.result?.summary.imagesPerSecond;
      if (typeof speed === 'number') step.imagesPerSecond = speed;
      step.error = event.error?.message;
    }
    return step;
  }

  count(...states: readonly StepState[]): number {
    return this.steps.filter(({ state }) => states.includes(state)).length;
  }
}

/** How fast a running step goes: images a second where it is known, else what its progress counts. */
export function speedOf({ imagesPerSecond, progress }: ShownStep): string | undefined {
  if (imagesPerSecond !== undefined) return rate(imagesPerSecond, 'images');
  return progress === undefined || progress.rate === null ? undefined : rate(progress.rate, progress.unit);
}

/** Seconds until a running step is done, by its own progress; undefined before there is any. */
export function stepTimeLeft(step: ShownStep, now: number): number | undefined {
  const { progress, startedAt } = step;
  if (progress === undefined || startedAt === undefined || progress.done <= 0) return undefined;
  const left = progress.total - progress.done;
  if (progress.rate !== null && progress.rate > 0) return left / progress.rate;
  return ((now - startedAt) / progress.done) * left;
}

/**
 * Seconds until the run is done: what finished steps of the same kind took, shared among the steps that run at a time.
 * Undefined while a kind of step that is still to come has never been seen: a guess would be invented.
 */
export function runTimeLeft(run: RunState, now: number): number | undefined {
  const spent = new Map<string, number[]>();
  for (const step of run.steps) {
    if (step.state === 'done' && step.startedAt !== undefined && step.endedAt !== undefined) {
      const key = alike(step);
      spent.set(key, [...(spent.get(key) ?? []), step.endedAt - step.startedAt]);
    }
  }
  let left = 0;
  for (const step of run.steps) {
    if (step.state !== 'waiting' && step.state !== 'running') continue;
    const known = spent.get(alike(step));
    const usual = known === undefined ? undefined : known.reduce((sum, seconds) => sum + seconds, 0) / known.length;
    const ownEstimate = step.state === 'running' ? stepTimeLeft(step, now) : undefined;
    if (ownEstimate !== undefined) left += ownEstimate;
    else if (usual === undefined) return undefined;
    else left += step.state === 'running' ? Math.max(0, usual - (now - (step.startedAt ?? now))) : usual;
  }
  return left / Math.max(1, run.count('running'));
}

/** Steps that take about as long as each other. */
function alike({ kind, makes, id }: ShownStep): string {
  if (makes.type === 'evaluation')
    return `${makes.benchmark} of ${makes.model.startsWith('ensembles/') ? 'ensembles' : 'models'}`;
  if (kind === 'soup' || kind === 'analyse') return id;
  return kind;
}
