import { describeExit, type Exit, ManagedProcess, type ProcessSpec } from './managed-process.js';
import type { ProcessRecords } from './process-records.js';
import { type ReadyCheck, waitUntilReady } from './readiness.js';
import { Refusal } from './refusal.js';

export interface ServiceSpec extends ProcessSpec {
  /** As people call it: 'API', 'dashboard', 'worker'. */
  readonly title: string;
  readonly ready: ReadyCheck;
}

export interface ServiceEvents {
  /** It ended by itself; it is started again after `delayMs`. */
  restarting(service: Service, exit: Exit, delayMs: number): void;
  restarted(service: Service): void;
  /** It ended too often; the supervisor should give up. */
  failed(service: Service, error: Refusal): void;
}

const READY_WITHIN_MS = 60_000;
/** Ends within this window count against the service: after the last delay it is given up. */
const WINDOW_MS = 60_000;
const RESTART_DELAYS_MS = [100, 500, 1_000, 2_000, 4_000];

/**
 * A process that is kept running.
 *
 *     idle ──start──▶ running ──ends by itself──▶ waiting ──delay──▶ running
 *                        │                          │ too often
 *                        └────────stop────────▶ stopped ◀──────────┘
 */
export class Service {
  readonly spec: ServiceSpec;
  readonly #logs: string;
  readonly #records: ProcessRecords;
  readonly #events: ServiceEvents;
  #running: ManagedProcess | undefined;
  #stopping = false;
  #ends: number[] = [];
  #wake: (() => void) | undefined;

  constructor(spec: ServiceSpec, logs: string, records: ProcessRecords, events: ServiceEvents) {
    this.spec = spec;
    this.#logs = logs;
    this.#records = records;
    this.#events = events;
  }

  get pid(): number | undefined {
    return this.#running?.pid;
  }

  /** Starts it and waits until it takes work; from then on it is kept running. */
  async start(): Promise<void> {
    const running = this.#spawn();
    const readiness = await waitUntilReady(running, this.spec.ready, READY_WITHIN_MS);
    if (this.#stopping) return;
    if (readiness !== 'ready') {
      running.kill();
      throw this.#refusal(
        readiness === 'exited'
          ? `The ${this.spec.title} ended while it was starting (${describeExit(running.exit)}).`
          : `The ${this.spec.title} did not become ready within ${READY_WITHIN_MS / 1000} s.`,
        running,
      );
    }
    void this.#keepRunning(running);
  }

  /** Asks it to end. Resolves when it has, or after `graceMs`, when it and its children are ended for good. */
  async stop(graceMs: number): Promise<void> {
    this.#stopping = true;
    this.#wake?.();
    const running = this.#running;
    if (running === undefined) return;
    running.askToStop();
    if (await running.waitForExit(graceMs)) return;
    running.kill();
    await running.waitForExit(1_000);
  }

  /** Ends it at once. */
  kill(): void {
    this.#stopping = true;
    this.#wake?.();
    this.#running?.kill();
  }

  #spawn(): ManagedProcess {
    this.#running = new ManagedProcess(this.spec, this.#logs, this.#records);
    return this.#running;
  }

  async #keepRunning(first: ManagedProcess): Promise<void> {
    let running = first;
    for (;;) {
      const exit = await running.exited;
      if (this.#stopping) return;
      const now = Date.now();
      this.#ends = [...this.#ends.filter((end) => now - end < WINDOW_MS), now];
      const delay = RESTART_DELAYS_MS[this.#ends.length - 1];
      if (delay === undefined) {
        this.#events.failed(
          this,
          this.#refusal(
            `The ${this.spec.title} ended ${this.#ends.length} times within a minute (${describeExit(exit)}).`,
            running,
          ),
        );
        return;
      }
      this.#events.restarting(this, exit, delay);
      await this.#sleep(delay);
      if (this.#stopping) return;
      running = this.#spawn();
      if ((await waitUntilReady(running, this.spec.ready, READY_WITHIN_MS)) === 'ready') this.#events.restarted(this);
      else if (running.exit === undefined) running.kill();
    }
  }

  #sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #refusal(message: string, running: ManagedProcess): Refusal {
    return new Refusal(
      message,
      `Its log is ${running.logPath}. Mend the cause and run \`npm start\` again.`,
      running.tail(),
    );
  }
}
