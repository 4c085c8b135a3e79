import type { Worker } from 'node:worker_threads';
import { LoaderError, revived, threadStopped } from './errors.js';
import type { MadeMessage, MakeMessage } from './messages.js';
import { startThread } from './start-thread.js';
import type { WorkPlan } from './work.js';

export interface PoolOptions {
  /** At least 1. */
  readonly threads: number;
  /** How many results beyond the one that is asked for are begun. */
  readonly ahead: number;
  /** Results there are: 0 … count−1. */
  readonly count: number;
}

/** A result that is on its way. */
class Slot<Result> {
  /** Somebody waits for it. */
  claimed = false;
  readonly promise: Promise<Result>;
  resolve: (result: Result) => void = () => undefined;
  reject: (error: Error) => void = () => undefined;

  constructor() {
    this.promise = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    // A result that nobody asks for in the end may fail unheard.
    this.promise.catch(() => undefined);
  }
}

/**
 * Threads that make results by number, some ahead of the one that is asked for. They go on while this thread is inside a
 * native call: what they will do next has been sent to them before.
 *
 * Result i is made by thread i modulo their number. Which thread makes it, and when, changes nothing about it.
 */
export class Pool<Result> {
  readonly #workers: readonly Worker[];
  readonly #slots = new Map<number, Slot<Result>>();
  readonly #options: PoolOptions;
  #ended: Error | null = null;

  constructor(plan: WorkPlan, options: PoolOptions) {
    this.#options = options;
    this.#workers = Array.from({ length: options.threads }, () => {
      const worker = startThread(plan);
      worker.on('message', (message: MadeMessage) => this.#receive(message));
      worker.on('error', (error) => this.#fail(threadStopped(error instanceof Error ? error.message : String(error))));
      worker.on('exit', (code) => this.#fail(threadStopped(`it ended with code ${code}`)));
      return worker;
    });
  }

  /**
   * The result of a number; in any order, but quickest one after the other.
   *
   * @throws what the work threw; {LoaderError} when a thread stopped or the pool was disposed of.
   */
  async get(index: number): Promise<Result> {
    if (this.#ended !== null) throw this.#ended;
    for (const [passed, { claimed }] of this.#slots) if (passed < index && !claimed) this.#slots.delete(passed);
    const last = Math.min(this.#options.count - 1, index + this.#options.ahead);
    for (let next = index; next <= last; next++) if (!this.#slots.has(next)) this.#begin(next);
    const slot = this.#slots.get(index);
    if (slot === undefined) throw new RangeError(`Result ${index} was asked for of ${this.#options.count}.`);
    slot.claimed = true;
    try {
      return await slot.promise;
    } finally {
      this.#slots.delete(index);
    }
  }

  /** Ends the threads and waits until they have ended. */
  async dispose(): Promise<void> {
    this.#fail(new LoaderError('The loader of batches was disposed of.', 'Open another one.'));
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  #begin(index: number): void {
    this.#slots.set(index, new Slot());
    const message: MakeMessage = { index };
    this.#workers[index % this.#workers.length]?.postMessage(message);
  }

  #receive(message: MadeMessage): void {
    const slot = this.#slots.get(message.index);
    // What this very plan made is what was asked for; structured cloning carries it as it was.
    if (message.kind === 'made') slot?.resolve(message.result as Result);
    else slot?.reject(revived(message.error));
  }

  #fail(error: Error): void {
    if (this.#ended !== null) return;
    this.#ended = error;
    for (const slot of this.#slots.values()) slot.reject(error);
    this.#slots.clear();
  }
}
