import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { metrics, steps } from '@stockpot/domain';
import { CancelledError, reportError } from '@stockpot/engine';
import { ArtifactCorruptError, ArtifactMissingError, type FileArtifactStore } from '@stockpot/engine/artifacts';
import {
  type DeviceName,
  EngineCrashedError,
  externalInputHashes,
  type SourceOptions,
  type StepEvent,
} from '@stockpot/engine/process';
import { deviceClassOf, type PlanStep, runsAlone, stepKey } from '@stockpot/engine/recipe';
import type { Cancellations } from './cancellations.js';
import { CrashCount } from './crash-count.js';
import type { EnginePool } from './engine-pool.js';
import { StepCrashesWorkerError } from './errors.js';
import { KeyTurns } from './key-turns.js';
import type { Lease } from './lease.js';
import type { Logger } from './logger.js';
import type { MachineTurns } from './machine-turns.js';
import { MetricBuffer } from './metric-buffer.js';
import { type MadeResult, toProduced } from './produced.js';
import type { ReadyStep, StepOutcome } from './schedule.js';
import { StepProgress } from './step-progress.js';

/** Beginnings of a step that came no further; the one after them is refused. */
const MOST_CRASHES = 3;

export interface StepExecutorOptions {
  readonly lease: Lease;
  readonly engines: EnginePool;
  readonly machine: MachineTurns;
  readonly store: FileArtifactStore;
  readonly scratch: string;
  readonly sources: SourceOptions;
  /** What networks run on. */
  readonly device: DeviceName;
  readonly cancellations: Cancellations;
  readonly logger: Logger;
  /** Fires when the worker is told to end: steps stop at their next training step and are taken up again later. */
  readonly stopping: AbortSignal;
}

/** A step of a run, with the hashes of its inputs. */
export interface StepOrder {
  readonly runId: string;
  readonly step: PlanStep;
  readonly inputs: ReadyStep['inputs'];
}

interface Begun extends StepOrder {
  readonly key: string;
  readonly attempt: number;
}

/**
 * Executes steps. Everything here may happen again after a crash, from the beginning, and then comes to the same end:
 *
 * 1. the key is computed from the inputs' hashes;
 * 2. `steps.begin` claims the step, or says that an earlier attempt finished it;
 * 3. a result under the same key whose artifacts verify is taken over (`reused`);
 * 4. otherwise the engine runs it, from its own checkpoint in the key's scratch folder when there is one;
 * 5. its metrics are acknowledged, its artifacts are durable, and only then `steps.complete` commits the rows, once.
 */
export class StepExecutor {
  readonly #options: StepExecutorOptions;
  readonly #turns = new KeyTurns();
  readonly #running = new Set<Promise<void>>();

  constructor(options: StepExecutorOptions) {
    this.#options = options;
  }

  /** Never rejects. When the worker stops or loses its lease it never settles either: nothing may be recorded then. */
  execute(order: StepOrder): Promise<StepOutcome> {
    const work = this.#execute(order);
    const ended = work.then(
      () => undefined,
      () => undefined,
    );
    this.#running.add(ended);
    void ended.then(() => this.#running.delete(ended));
    return work.catch((error: unknown) => this.#explain(order, error));
  }

  /** Resolves when no step runs any more; call it after `stopping` has fired. */
  async drained(): Promise<void> {
    await Promise.all(this.#running);
  }

  async #execute(order: StepOrder): Promise<StepOutcome> {
    const { lease, cancellations } = this.#options;
    if (cancellations.signal(order.runId).aborted) return { state: 'cancelled' };
    const { key, unreadable } = await this.#key(order);
    const place = { runId: order.runId, stepId: order.step.id };
    const { attempt, finished } = await lease.call(steps.begin, { ...place, key });
    const begun: Begun = { ...order, key, attempt };
    if (finished) return this.#outcomeOf(begun);
    try {
      if (unreadable !== undefined) throw unreadable;
      return await this.#turns.run(key, () => this.#reuseOrRun(begun));
    } catch (error) {
      // From here on the step is ours, and so is saying why it failed.
      return this.#fail(begun, error);
    }
  }

  /** The step's key; where a data source cannot be read, a key that claims the step so that it can be failed. */
  async #key({ step, inputs }: StepOrder): Promise<{ key: string; unreadable?: unknown }> {
    const device = deviceClassOf(step.kind, this.#options.device);
    try {
      const external = await externalInputHashes(step, this.#options.sources);
      return { key: stepKey(step, { ...inputs, ...external }, device) };
    } catch (error) {
      return { key: stepKey(step, inputs, device), unreadable: error };
    }
  }

  async #reuseOrRun(begun: Begun): Promise<StepOutcome> {
    const found = await this.#verifiedResult(begun);
    if (found !== undefined) return this.#complete(begun, found, true);
    const result = await this.#run(begun);
    const outcome = await this.#complete(begun, result, false);
    await rm(this.#scratch(begun.key), { recursive: true, force: true });
    return outcome;
  }

  /** Runs the engine; a crash of its process is tried again from the checkpoint, as long as it comes further. */
  async #run(begun: Begun): Promise<MadeResult> {
    const { logger, stopping } = this.#options;
    const crashes = new CrashCount(this.#scratch(begun.key));
    for (let cause: EngineCrashedError | undefined; ; ) {
      if ((await crashes.begin()) > MOST_CRASHES) {
        await crashes.end();
        throw new StepCrashesWorkerError(begun.step.id, MOST_CRASHES, cause);
      }
      try {
        const result = await this.#runOnce(begun);
        await crashes.end();
        return result;
      } catch (error) {
        if (!(error instanceof EngineCrashedError) || stopping.aborted) {
          await crashes.end();
          throw error;
        }
        logger.warn({ err: error, runId: begun.runId, stepId: begun.step.id }, 'the engine crashed');
        cause = error;
      }
    }
  }

  async #runOnce({ runId, step, inputs, key, attempt }: Begun): Promise<MadeResult> {
    const { lease, engines, machine, store, sources, device, cancellations, stopping } = this.#options;
    const place = { runId, stepId: step.id };
    const points = new MetricBuffer(async (batch) => {
      await lease.call(metrics.append, { ...place, ...batch, attempt });
    });
    const progress = new StepProgress(async ({ done, total, unit, rate }) => {
      await lease.call(steps.progress, { ...place, done, total, unit, rate });
    });
    const onEvent = (event: StepEvent) => {
      if (event.type === 'metric') points.add(event.series, event.steps, event.values);
      else progress.set(event);
    };
    const request = {
      kind: step.kind,
      parameters: step.parameters,
      inputs,
      storeRoot: store.root,
      scratch: this.#scratch(key),
      sources,
      device,
    };
    const signal = AbortSignal.any([cancellations.signal(runId), stopping]);
    try {
      return await machine.run(runsAlone(step.kind) ? 'alone' : 'shared', signal, () =>
        engines.run(request, { onEvent, signal }),
      );
    } finally {
      await progress.close();
      // Also after a failure: the points before it say what went wrong.
      await points.flush();
    }
  }

  async #complete({ runId, step, key }: Begun, result: MadeResult, reused: boolean): Promise<StepOutcome> {
    const { lease, store, logger } = this.#options;
    const { outputs, diverged } = await lease.call(steps.complete, {
      runId,
      stepId: step.id,
      key,
      reused,
      artifacts: Object.entries(result.outputs).map(([output, artifact]) => ({ output, ...artifact })),
      produced: await toProduced(step.makes, result, (hash) => store.read(hash)),
    });
    if (diverged)
      logger.error({ runId, stepId: step.id, key }, 'equal keys gave different bytes; the first result stands');
    return { state: 'done', outputs };
  }

  /** The result under this key, if there is one and every byte of it is there. */
  async #verifiedResult({ runId, step, key }: Begun): Promise<MadeResult | undefined> {
    const { lease, store, logger } = this.#options;
    const found = await lease.call(steps.findResult, { runId, key });
    if (found === null) return undefined;
    try {
      for (const { hash } of Object.values(found.outputs)) await store.verify(hash);
    } catch (error) {
      if (!(error instanceof ArtifactCorruptError || error instanceof ArtifactMissingError)) throw error;
      logger.warn({ err: error, runId, stepId: step.id, key }, 'a stored result is damaged; the step runs again');
      return undefined;
    }
    return { outputs: found.outputs, summary: found.summary };
  }

  /** The step was complete before we came: a crash fell between its commit and our note of it. */
  async #outcomeOf(begun: Begun): Promise<StepOutcome> {
    const found = await this.#options.lease.call(steps.findResult, { runId: begun.runId, key: begun.key });
    if (found === null) throw new Error(`Step ${begun.step.id} is complete, but there is no result under its key.`);
    return { state: 'done', outputs: found.outputs };
  }

  /** Stores why a step that is ours failed. */
  async #fail({ runId, step }: Begun, error: unknown): Promise<StepOutcome> {
    const { lease, logger, stopping } = this.#options;
    if (stopping.aborted || error instanceof CancelledError) throw error;
    const report = reportError(error);
    logger.error({ err: error, runId, stepId: step.id }, 'step failed');
    await lease.call(steps.fail, { runId, stepId: step.id, error: report });
    return { state: 'failed', error: report };
  }

  /** The outcome of what was thrown where no step could be failed. */
  #explain({ runId, step }: StepOrder, error: unknown): StepOutcome | Promise<never> {
    if (this.#options.stopping.aborted) return new Promise(() => {});
    if (error instanceof CancelledError) return { state: 'cancelled' };
    this.#options.logger.error({ err: error, runId, stepId: step.id }, 'the step could not be executed');
    return { state: 'failed', error: reportError(error) };
  }

  #scratch(key: string): string {
    return join(this.#options.scratch, key);
  }
}
