import type { ErrorReport } from '../errors.js';
import type { Plan } from '../recipe/plan.js';
import type { CookedStep } from './cook.js';
import type { CookEvent } from './cook-events.js';
import { writeRunRecord } from './run-record.js';

/** A cook that is killed leaves a record at most so old, in milliseconds. */
const INTERVAL_MS = 2000;

/**
 * Keeps the record of a cook while it runs: whatever ends it, the models that are there can be found by name. Nothing is
 * written before a step is finished: an earlier record stays.
 */
export class RunRecorder {
  readonly #results = new Map<string, CookedStep>();
  readonly #failures = new Map<string, ErrorReport>();
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<unknown> = Promise.resolve();

  constructor(
    readonly root: string,
    readonly plan: Plan,
    /** The folder that `path` sources of the recipe are relative to. */
    readonly base: string,
  ) {}

  /** How many steps are finished. */
  get finished(): number {
    return this.#results.size;
  }

  /** How many of these made a model. */
  get models(): number {
    return this.plan.steps.filter(({ id, makes }) => makes.type === 'model' && this.#results.has(id)).length;
  }

  note(event: CookEvent): void {
    if (event.type !== 'step') return;
    if (event.state === 'failed') this.#failures.set(event.id, event.error);
    if (event.state !== 'done' && event.state !== 'reused') return;
    this.#results.set(event.id, { key: event.key, reused: event.state === 'reused', result: event.result });
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      // What cannot be written now is tried, and told, in the end.
      this.#write().catch(() => undefined);
    }, INTERVAL_MS).unref();
  }

  /** Writes what is known now. Throws StoreUnwritableError or StoreFullError. */
  async end(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#writing.catch(() => undefined);
    if (this.#results.size > 0) await this.#write();
  }

  #write(): Promise<unknown> {
    const results = new Map(this.#results);
    this.#writing = this.#writing
      .catch(() => undefined)
      .then(() => writeRunRecord(this.root, this.plan, this.base, results, this.#failures));
    return this.#writing;
  }
}
