import type { Db } from '@stockpot/db';
import { type Context, StaleLeaseError, workers } from '@stockpot/domain';
import type { Logger } from './logger.js';
import { pause, withRetry } from './retry.js';

export interface LeaseOptions {
  readonly db: Db;
  readonly logger: Logger;
  readonly executorId: string;
  readonly hostname: string;
  readonly slots: number;
  readonly device: Readonly<Record<string, unknown>>;
  readonly heartbeatSeconds: number;
  /** Fires when the worker is stopping: waiting for the database ends. */
  readonly stopping: AbortSignal;
  /** Somebody asked to cancel these runs. */
  readonly onCancelRequested: (runIds: readonly string[]) => void;
  /** The lease is over: somebody else does our work by now. Must end the process, soon. */
  readonly onLost: () => void;
}

/**
 * The worker's right to write. Every write names the epoch of the lease; the database refuses it once the worker was
 * declared dead or its executor id registered again. A worker that learns of this (a paused one, when it wakes up) ends
 * at once and does not even report its error: a report would be a write too.
 */
export class Lease {
  readonly #options: LeaseOptions;
  #actor: { readonly type: 'worker'; readonly workerId: string; readonly epoch: number };
  #lost = false;
  #released = false;

  private constructor(options: LeaseOptions, workerId: string, epoch: number) {
    this.#options = options;
    this.#actor = { type: 'worker', workerId, epoch };
  }

  /** Registers the executor and starts beating. */
  static async take(options: LeaseOptions): Promise<Lease> {
    const { db, executorId, hostname, device, slots } = options;
    const ctx: Context = { db, actor: { type: 'system', name: 'worker' } };
    const { workerId, epoch } = await withRetry(
      () => workers.register({ ctx, input: { executorId, hostname, device: { ...device }, slots } }),
      { signal: options.stopping },
    );
    options.logger.info({ workerId, epoch, executorId }, 'registered');
    const lease = new Lease(options, workerId, epoch);
    void lease.#beat();
    return lease;
  }

  get workerId(): string {
    return this.#actor.workerId;
  }

  /**
   * Calls a verb as this worker: again while the database is away, and never to an end when the lease is over.
   * (Whoever awaits this is inside of a durable step, which must record neither a result nor an error then.)
   */
  async call<I, O>(verb: (call: { ctx: Context; input: I }) => Promise<O>, input: I): Promise<O> {
    const ctx: Context = { db: this.#options.db, actor: this.#actor };
    try {
      return await withRetry(() => verb({ ctx, input }), {
        signal: this.#options.stopping,
        onRetry: (error, delayMs) => this.#options.logger.warn({ err: error, delayMs }, 'the database does not answer'),
      });
    } catch (error) {
      if (!(error instanceof StaleLeaseError)) throw error;
      this.#lose();
      return new Promise(() => {});
    }
  }

  /** Gives the lease back on an orderly stop: others need not wait until we count as dead. */
  async release(): Promise<void> {
    if (this.#lost) return;
    // A heartbeat that is on its way may reach the database after this; that the lease is over is then no news.
    this.#released = true;
    const ctx: Context = { db: this.#options.db, actor: this.#actor };
    await workers.signOff({ ctx, input: {} });
  }

  async #beat(): Promise<void> {
    const { stopping, heartbeatSeconds, logger, onCancelRequested } = this.#options;
    while (!stopping.aborted && !this.#lost) {
      try {
        const { cancelRequested } = await this.call(workers.heartbeat, {});
        if (cancelRequested.length > 0) onCancelRequested(cancelRequested);
      } catch (error) {
        if (!stopping.aborted) logger.warn({ err: error }, 'heartbeat failed');
      }
      await pause(heartbeatSeconds * 1000, stopping);
    }
  }

  #lose(): void {
    if (this.#lost || this.#released) return;
    this.#lost = true;
    this.#options.logger.warn('the lease is over: another process does this work now');
    this.#options.onLost();
  }
}
