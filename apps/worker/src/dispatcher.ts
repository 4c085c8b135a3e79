import { DBOS } from '@dbos-inc/dbos-sdk';
import { type Db, type Listener, listen } from '@stockpot/db';
import { type QueuedRun, runs } from '@stockpot/domain';
import type { Cancellations } from './cancellations.js';
import type { Lease } from './lease.js';
import type { Logger } from './logger.js';
import { pause } from './retry.js';
import { RUNS_QUEUE, WORKFLOW_VERSION, type Workflows } from './workflows.js';

export interface DispatcherOptions {
  readonly db: Db;
  readonly lease: Lease;
  readonly workflows: Workflows;
  readonly cancellations: Cancellations;
  readonly logger: Logger;
  readonly stopping: AbortSignal;
  /** How often the tables are looked at without having been told to, in milliseconds. */
  readonly pollMs?: number;
}

/** Statuses from which a DBOS workflow goes on by itself. */
const UNDER_WAY = new Set(['PENDING', 'ENQUEUED', 'DELAYED']);

/**
 * Gives every open run a workflow. It looks at the tables when told (NOTIFY) and every few seconds in any case, so a lost
 * notification costs seconds and nothing else. Any number of workers may do this at once: a workflow's id is its run's.
 */
export class Dispatcher {
  readonly #options: DispatcherOptions;
  #listener: Listener | undefined;
  #looking: Promise<void> | undefined;
  #again = false;

  constructor(options: DispatcherOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    const { db, cancellations, logger } = this.#options;
    this.#listener = await listen(
      db,
      'stockpot_runs',
      (payload) => {
        if (payload.event === 'cancel') cancellations.cancel(payload.runId);
        if (payload.event === 'queued') this.look();
      },
      {
        onConnect: () => this.look(),
        onError: (error) => logger.warn({ err: error }, 'the connection that listens for runs broke'),
      },
    );
    void this.#poll();
  }

  async stop(): Promise<void> {
    await this.#listener?.close();
    await this.#looking;
  }

  /** Looks at the open runs now, or once more when a look is under way. */
  look(): void {
    if (this.#options.stopping.aborted) return;
    if (this.#looking !== undefined) {
      this.#again = true;
      return;
    }
    this.#looking = this.#dispatch()
      .catch((error: unknown) => this.#options.logger.warn({ err: error }, 'could not look for runs'))
      .finally(() => {
        this.#looking = undefined;
        if (!this.#again) return;
        this.#again = false;
        this.look();
      });
  }

  async #poll(): Promise<void> {
    while (!this.#options.stopping.aborted) {
      await pause(this.#options.pollMs ?? 3_000, this.#options.stopping);
      this.look();
    }
  }

  async #dispatch(): Promise<void> {
    const open = await this.#options.lease.call(runs.queued, {});
    for (const run of open) {
      if (run.cancelRequested) this.#options.cancellations.cancel(run.runId);
      await this.#ensureWorkflow(run);
    }
  }

  async #ensureWorkflow({ runId, status }: QueuedRun): Promise<void> {
    const { logger, workflows } = this.#options;
    const workflow = await DBOS.getWorkflowStatus(runId);
    if (workflow !== null) {
      const ours = workflow.applicationVersion === WORKFLOW_VERSION;
      if (ours && UNDER_WAY.has(workflow.status)) return;
      // Its history ended while the run did not (a fault of ours, or a deleted database row), or another version of the
      // workflow wrote it: it is started over, and finds its finished steps by their keys.
      logger.warn({ runId, workflow: workflow.status, version: workflow.applicationVersion }, 'starting the run over');
      await DBOS.deleteWorkflow(runId, true);
    }
    logger.info({ runId, status }, 'dispatching');
    await DBOS.startWorkflow(workflows.cookRun, { workflowID: runId, queueName: RUNS_QUEUE })(runId);
  }
}
