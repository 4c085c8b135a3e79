import type { ChildProcess } from 'node:child_process';
import { CancelledError } from '../errors.js';
import { FATAL_DEVICE_ERRORS } from '../runtime/errors.js';
import type { StepResult } from '../steps/definition.js';
import { EngineCrashedError, EngineOutOfMemoryError, StepFailedError } from './errors.js';
import { ENGINE_STEPS, forkChild } from './fork-child.js';
import type { ChildMessage, HostMessage, StepEvent, StepRequest } from './messages.js';
import { residentMemory } from './resident-memory.js';

export interface EngineProcessOptions {
  /** Threads of one step. Results do not depend on it. */
  readonly threads: number;
  /** Resident memory above which the process is stopped; no limit when left out. */
  readonly memoryLimitBytes?: number;
  /** How long a cancelled step may take to end by itself, in milliseconds; default 5000. */
  readonly graceMs?: number;
  /** URL of a module that exports `stepDefinitions`; default the engine's own. */
  readonly steps?: string;
}

const MEMORY_INTERVAL_MS = 250;
const OUTPUT_KEPT = 2000;

/**
 * A process that runs steps, one at a time. It is started by the first step, kept warm for the next one, and replaced
 * after it was stopped or crashed: whatever happens to it, the host goes on.
 */
export class EngineProcess {
  readonly #options: EngineProcessOptions;
  #child: ChildProcess | undefined;
  #busy = false;

  constructor(options: EngineProcessOptions) {
    this.#options = options;
  }

  /** The process id of the warm process; undefined when there is none. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /**
   * Runs one step. Rejects with CancelledError when `signal` fires, EngineCrashedError, EngineOutOfMemoryError, or the
   * step's own error as StepFailedError. `onEvent` is never called after it has settled.
   */
  async run(
    request: StepRequest,
    options: { readonly onEvent: (event: StepEvent) => void; readonly signal: AbortSignal },
  ): Promise<StepResult> {
    if (this.#busy) throw new Error('EngineProcess.run: a step is running already; one process runs one at a time.');
    if (options.signal.aborted) throw new CancelledError();
    this.#busy = true;
    try {
      return await this.#converse(this.#warm(), request, options);
    } catch (error) {
      // What is left of the device belongs to the process: the next step gets a new one.
      if (error instanceof StepFailedError && FATAL_DEVICE_ERRORS.has(error.name)) await this.close();
      throw error;
    } finally {
      this.#busy = false;
    }
  }

  /** Stops the process and waits until it is gone. A step that runs is rejected. */
  async close(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child !== undefined) await stop(child);
  }

  #warm(): ChildProcess {
    if (this.#child === undefined || this.#child.exitCode !== null || !this.#child.connected) {
      const child = forkChild(this.#options.steps ?? ENGINE_STEPS);
      child.once('exit', () => {
        if (this.#child === child) this.#child = undefined;
      });
      this.#child = child;
    }
    return this.#child;
  }

  async #converse(
    child: ChildProcess,
    request: StepRequest,
    { onEvent, signal }: { readonly onEvent: (event: StepEvent) => void; readonly signal: AbortSignal },
  ): Promise<StepResult> {
    const what = `a step of kind ${request.kind}`;
    const { threads, memoryLimitBytes, graceMs = 5000 } = this.#options;
    const cleanUp: (() => void)[] = [];
    let output = '';
    let stoppedFor: Error | undefined;
    const stopFor = (reason: Error) => {
      stoppedFor ??= reason;
      child.kill('SIGKILL');
    };
    try {
      return await new Promise<StepResult>((resolve, reject) => {
        const onMessage = (message: ChildMessage) => {
          if (message.type === 'events') message.events.forEach(onEvent);
          else if (message.type === 'result') resolve(message.result);
          else if (message.error.name === 'CancelledError') reject(new CancelledError());
          else reject(new StepFailedError(message.error, message.stack));
        };
        // 'close' and not 'exit': its last words have arrived by then.
        const onExit = (exitCode: number | null, exitSignal: NodeJS.Signals | null) => {
          reject(stoppedFor ?? ended(what, exitCode, exitSignal, output));
        };
        const onError = (error: Error) => reject(new EngineCrashedError(what, null, null, error.message));
        const onOutput = (chunk: Buffer) => {
          output = (output + chunk.toString()).slice(-OUTPUT_KEPT);
        };
        const onAbort = () => {
          send(child, { type: 'cancel' });
          const timer = setTimeout(() => stopFor(new CancelledError()), graceMs);
          cleanUp.push(() => clearTimeout(timer));
        };
        child.on('message', onMessage).on('close', onExit).on('error', onError);
        child.stderr?.on('data', onOutput);
        signal.addEventListener('abort', onAbort, { once: true });
        cleanUp.push(() => {
          child.off('message', onMessage).off('close', onExit).off('error', onError);
          child.stderr?.off('data', onOutput);
          signal.removeEventListener('abort', onAbort);
        });
        if (memoryLimitBytes !== undefined) {
          cleanUp.push(
            watchMemory(child, memoryLimitBytes, (used) =>
              stopFor(new EngineOutOfMemoryError(what, { usedBytes: used, limitBytes: memoryLimitBytes })),
            ),
          );
        }
        send(child, { type: 'run', request, threads });
      });
    } finally {
      for (const undo of cleanUp) undo();
    }
  }
}

/** Why a process ended: V8 says on standard error that its heap is full, and then aborts. */
function ended(what: string, exitCode: number | null, signal: NodeJS.Signals | null, output: string): Error {
  if (/heap out of memory|process out of memory|bad_alloc/i.test(output)) return new EngineOutOfMemoryError(what);
  return new EngineCrashedError(what, exitCode, signal, output);
}

function send(child: ChildProcess, message: HostMessage): void {
  // A channel that is closed means a process that is ending; its 'exit' settles the step.
  if (child.connected) child.send(message, () => undefined);
}

function watchMemory(child: ChildProcess, limit: number, onExceeded: (used: number) => void): () => void {
  const timer = setInterval(async () => {
    const used = child.pid === undefined ? undefined : await residentMemory(child.pid);
    if (used !== undefined && used > limit) onExceeded(used);
  }, MEMORY_INTERVAL_MS);
  return () => clearInterval(timer);
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  await new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGKILL');
  });
}
