import { availableParallelism } from 'node:os';
import { diskFullError } from '../artifacts/disk-errors.js';
import type { StepIndex, StepRecord } from '../artifacts/step-index.js';
import { CancelledError, type ErrorReport, reportError, StockpotEngineError } from '../errors.js';
import { runsAlone } from '../recipe/alone.js';
import { deviceClassOf } from '../recipe/device-class.js';
import { dependencies, type Plan, type PlanStep } from '../recipe/plan.js';
import { stepKey } from '../recipe/step-key.js';
import type { DeviceName } from '../runtime/device-names.js';
import type { CookEvent } from './cook-events.js';
import { EngineProcess } from './engine-process.js';
import type { StepEvent, StepRequest } from './messages.js';
import { externalInputHashes, type SourceOptions } from './sources.js';

/** What `cook` needs of the place that results are kept in; `LocalHome` is one. */
export interface CookPlace {
  readonly store: { readonly root: string };
  readonly index: StepIndex;
  scratch(key: string): Promise<string>;
  removeScratch(key: string): Promise<void>;
}

export interface CookOptions {
  readonly place: CookPlace;
  readonly sources: SourceOptions;
  /** Steps at a time; default the number of processors, or one on a device that all steps would share. */
  readonly concurrency?: number;
  /** What networks run on; default 'cpu'. `chooseDevice` finds what this machine has. */
  readonly device?: DeviceName;
  /** Threads of each step; default 1. */
  readonly threads?: number;
  readonly memoryLimitBytes?: number;
  readonly onEvent?: (event: CookEvent) => void;
  readonly signal?: AbortSignal;
  /** URL of a module that exports `stepDefinitions`; default the engine's own. */
  readonly steps?: string;
}

export interface CookedStep {
  readonly key: string;
  readonly reused: boolean;
  readonly result: StepRecord;
}

/** At least one step failed; steps that did not need it were still run, and their results are kept. */
export class CookFailedError extends StockpotEngineError {
  readonly failures: ReadonlyMap<string, ErrorReport>;

  constructor(failures: ReadonlyMap<string, ErrorReport>, cause: unknown) {
    const [[id, error] = ['', { message: '', advice: '' }]] = failures;
    const others = failures.size === 1 ? '' : ` ${failures.size - 1} more failed.`;
    super(`The step ${id} failed: ${error.message}${others}`, error.advice, { cause });
    this.failures = failures;
  }
}

/**
 * Cooks a plan on this machine: steps in the plan's order as soon as their inputs are there, several at a time, each in
 * a process of its own; one that takes times alone, when nothing else can be done. A step whose key has a verified result is not run.
 *
 * @returns step id → its result, for every step of the plan
 * @throws CookFailedError, CancelledError
 */
export async function cook(plan: Plan, options: CookOptions): Promise<ReadonlyMap<string, CookedStep>> {
  const run = new CookRun(plan, options);
  try {
    return await run.finish();
  } finally {
    await run.close();
  }
}

class CookRun {
  readonly #plan: Plan;
  readonly #options: CookOptions;
  readonly #signal: AbortSignal;
  readonly #device: DeviceName;
  readonly #finished = new Map<string, CookedStep>();
  readonly #failures = new Map<string, ErrorReport>();
  #firstError: unknown;
  /** A step runs that takes times: until it has ended no other one begins. */
  #alone = false;
  readonly #idle: EngineProcess[] = [];
  readonly #processes: EngineProcess[] = [];
  /** Equal keys at one time: the second step waits for the first and reuses its result. */
  readonly #inFlight = new Map<string, Promise<unknown>>();

  constructor(plan: Plan, options: CookOptions) {
    this.#plan = plan;
    this.#options = options;
    this.#signal = options.signal ?? new AbortController().signal;
    this.#device = options.device ?? 'cpu';
  }

  async finish(): Promise<ReadonlyMap<string, CookedStep>> {
    for (const { id } of this.#plan.steps) this.#emit({ type: 'step', id, state: 'waiting' });
    const waiting = new Map(this.#plan.steps.map((step) => [step, dependencies(step)]));
    const running = new Set<Promise<void>>();
    const most = this.#device === 'cpu' ? availableParallelism() : 1;
    const concurrency = Math.max(1, this.#options.concurrency ?? most);
    for (;;) {
      const start = (step: PlanStep) => {
        waiting.delete(step);
        this.#alone = runsAlone(step.kind);
        const work: Promise<void> = this.#step(step).finally(() => {
          running.delete(work);
          this.#alone = false;
        });
        running.add(work);
      };
      const ready = [...waiting].flatMap(([step, needed]) =>
        needed.every((id) => this.#finished.has(id)) ? [step] : [],
      );
      for (const step of ready) {
        if (running.size >= concurrency || this.#alone || this.#signal.aborted) break;
        if (!runsAlone(step.kind)) start(step);
      }
      const last = ready.find(({ kind }) => runsAlone(kind));
      if (running.size === 0 && last !== undefined && !this.#signal.aborted) start(last);
      if (running.size === 0) break;
      await Promise.race(running);
    }
    if (this.#finished.size === this.#plan.steps.length) return this.#finished;
    if (this.#signal.aborted)
      throw new CancelledError('Cooking', 'Start it again to continue from its last checkpoint.');
    throw new CookFailedError(this.#failures, this.#firstError);
  }

  async close(): Promise<void> {
    await Promise.all(this.#processes.map((engine) => engine.close()));
  }

  #emit(event: CookEvent): void {
    this.#options.onEvent?.(event);
  }

  /** Never rejects: what went wrong is an event and a failure. */
  async #step(step: PlanStep): Promise<void> {
    const { id } = step;
    let key = '';
    try {
      const inputs = this.#inputHashes(step);
      const external = await externalInputHashes(step, this.#options.sources);
      key = stepKey(step, { ...inputs, ...external }, deviceClassOf(step.kind, this.#device));
      for (let other = this.#inFlight.get(key); other !== undefined; other = this.#inFlight.get(key)) await other;
      const work = this.#reuseOrRun(step, key, inputs);
      const settled = work.catch(() => undefined).finally(() => this.#inFlight.delete(key));
      this.#inFlight.set(key, settled);
      const cooked = await work;
      this.#finished.set(id, cooked);
      this.#emit({ type: 'step', id, state: cooked.reused ? 'reused' : 'done', key, result: cooked.result });
    } catch (error) {
      if (error instanceof CancelledError) {
        this.#emit({ type: 'step', id, state: 'cancelled', key });
        return;
      }
      const report = reportError(diskFullError(error, this.#options.place.store.root));
      this.#firstError ??= error;
      this.#failures.set(id, report);
      this.#emit({ type: 'step', id, state: 'failed', error: report });
    }
  }

  async #reuseOrRun(step: PlanStep, key: string, inputs: StepRequest['inputs']): Promise<CookedStep> {
    const { place, sources } = this.#options;
    const known = await place.index.get(key);
    if (known !== undefined) return { key, reused: true, result: known };
    this.#emit({ type: 'step', id: step.id, state: 'running', key });
    const request: StepRequest = {
      kind: step.kind,
      parameters: step.parameters,
      inputs,
      storeRoot: place.store.root,
      scratch: await place.scratch(key),
      sources,
      device: this.#device,
    };
    const onEvent = (event: StepEvent) => this.#emit({ ...event, id: step.id });
    const engine = this.#idle.pop() ?? this.#newProcess();
    try {
      const { outputs, summary } = await engine.run(request, { onEvent, signal: this.#signal });
      const result = { kind: step.kind, outputs, summary };
      await place.index.put(key, result);
      await place.removeScratch(key);
      return { key, reused: false, result };
    } finally {
      this.#idle.push(engine);
    }
  }

  #newProcess(): EngineProcess {
    const { threads = 1, memoryLimitBytes, steps } = this.#options;
    const engine = new EngineProcess({
      threads,
      ...(memoryLimitBytes === undefined ? {} : { memoryLimitBytes }),
      ...(steps === undefined ? {} : { steps }),
    });
    this.#processes.push(engine);
    return engine;
  }

  #inputHashes(step: PlanStep): Readonly<Record<string, readonly string[]>> {
    return Object.fromEntries(
      Object.entries(step.inputs).map(([role, inputs]) => [
        role,
        inputs.map(({ step: from, output }) => {
          const artifact = this.#finished.get(from)?.result.outputs[output];
          if (artifact === undefined) {
            throw new StockpotEngineError(
              `The step ${from} made no output named '${output}', which ${step.id} needs.`,
              'The result comes from another version of Stockpot. Remove it from the steps folder, or use another --home.',
            );
          }
          return artifact.hash;
        }),
      ]),
    );
  }
}
