import type { StepOutput } from '@stockpot/engine/artifacts';
import { dependencies, type Plan, type PlanStep } from '@stockpot/engine/recipe';

/** What became of a step, small enough to travel as a message and to be recorded. */
export type StepOutcome =
  | { readonly state: 'done'; readonly outputs: Readonly<Record<string, StepOutput>> }
  | { readonly state: 'failed'; readonly error: ErrorReport }
  | { readonly state: 'cancelled' };

export interface ErrorReport {
  readonly name: string;
  readonly message: string;
  readonly advice: string;
}

/** A step whose inputs are known: role → artifact hashes in the plan's order. */
export interface ReadyStep {
  readonly stepId: string;
  readonly inputs: Readonly<Record<string, readonly string[]>>;
  /** Smaller goes first: 0 for a step that the longest chain of the plan hangs on. */
  readonly urgency: number;
}

/**
 * Which steps of a plan may start now. It decides from the plan and the order of the outcomes alone and looks at nothing
 * else (no clock, no database), so that a workflow that is replayed after a crash hands out the same steps in the same
 * order and finds its recorded children again.
 *
 * After a failure the steps that do not need the failed one still run, as they do in `stockpot cook`: their results are
 * there when the cause is mended. A cancelled step stops everything: nothing new is handed out.
 */
export class Schedule {
  readonly #steps: readonly PlanStep[];
  readonly #waitsFor = new Map<string, number>();
  readonly #needers = new Map<string, string[]>();
  readonly #byId = new Map<string, PlanStep>();
  /** Steps of the longest chain that begins with this one. */
  readonly #height = new Map<string, number>();
  readonly #outputs = new Map<string, Readonly<Record<string, StepOutput>>>();
  readonly #handedOut = new Set<string>();
  readonly #ended = new Set<string>();
  #ready: string[] = [];
  #failure: { readonly stepId: string; readonly error: ErrorReport } | undefined;
  #cancelled = false;

  constructor(plan: Plan) {
    this.#steps = plan.steps;
    for (const step of plan.steps) {
      this.#byId.set(step.id, step);
      const needed = dependencies(step);
      this.#waitsFor.set(step.id, needed.length);
      for (const id of needed) this.#needers.set(id, [...(this.#needers.get(id) ?? []), step.id]);
      if (needed.length === 0) this.#ready.push(step.id);
    }
    // From the last step to the first: the plan is sorted, so whoever needs a step comes after it.
    for (const { id } of plan.steps.toReversed()) {
      const above = (this.#needers.get(id) ?? []).map((needer) => this.#height.get(needer) ?? 0);
      this.#height.set(id, 1 + Math.max(0, ...above));
    }
  }

  /** Steps that may start and were not handed out before, in the order in which they became ready. */
  take(): ReadyStep[] {
    if (this.#cancelled) return [];
    const ready = this.#ready;
    this.#ready = [];
    for (const id of ready) this.#handedOut.add(id);
    return ready.map((stepId) => ({ stepId, inputs: this.#inputsOf(stepId), urgency: this.#urgency(stepId) }));
  }

  /** Takes note of an outcome. The same outcome twice counts once. */
  settle(stepId: string, outcome: StepOutcome): void {
    if (!this.#handedOut.has(stepId)) throw new Error(`Step '${stepId}' ended before it was handed out.`);
    if (this.#ended.has(stepId)) return;
    this.#ended.add(stepId);
    if (outcome.state === 'failed') this.#failure ??= { stepId, error: outcome.error };
    else if (outcome.state === 'cancelled') this.#cancelled = true;
    else this.#succeed(stepId, outcome.outputs);
  }

  /** No step is under way and none can be handed out any more. */
  get settled(): boolean {
    return this.#handedOut.size === this.#ended.size && (this.#cancelled || this.#ready.length === 0);
  }

  get result():
    | { readonly state: 'succeeded' | 'cancelled' }
    | { readonly state: 'failed'; readonly stepId: string; readonly error: ErrorReport } {
    if (this.#cancelled) return { state: 'cancelled' };
    if (this.#failure !== undefined) return { state: 'failed', ...this.#failure };
    if (this.#ended.size === this.#steps.length) return { state: 'succeeded' };
    throw new Error(`The schedule has ${this.#steps.length - this.#ended.size} steps to go and no result yet.`);
  }

  #urgency(stepId: string): number {
    return Math.max(...this.#height.values()) - (this.#height.get(stepId) ?? 0);
  }

  #succeed(stepId: string, outputs: Readonly<Record<string, StepOutput>>): void {
    this.#outputs.set(stepId, outputs);
    for (const id of this.#needers.get(stepId) ?? []) {
      const left = (this.#waitsFor.get(id) ?? 0) - 1;
      this.#waitsFor.set(id, left);
      if (left === 0) this.#ready.push(id);
    }
  }

  #inputsOf(stepId: string): Record<string, string[]> {
    const step = this.#byId.get(stepId);
    if (step === undefined) throw new Error(`The plan has no step '${stepId}'.`);
    return Object.fromEntries(
      Object.entries(step.inputs).map(([role, inputs]) => [
        role,
        inputs.map(({ step: from, output }) => {
          const made = this.#outputs.get(from);
          const artifact = made !== undefined && Object.hasOwn(made, output) ? made[output] : undefined;
          if (artifact === undefined)
            throw new Error(`Step '${stepId}' needs '${output}' of '${from}', which made none.`);
          return artifact.hash;
        }),
      ]),
    );
  }
}
