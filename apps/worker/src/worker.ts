import { mkdir } from 'node:fs/promises';
import { availableParallelism, cpus, hostname, totalmem } from 'node:os';
import { DBOS } from '@dbos-inc/dbos-sdk';
import { connect, type Db } from '@stockpot/db';
import { runs } from '@stockpot/domain';
import { FileArtifactStore } from '@stockpot/engine/artifacts';
import { chooseDevice, type DeviceName } from '@stockpot/engine/process';
import { Cancellations } from './cancellations.js';
import { Dispatcher } from './dispatcher.js';
import { EnginePool } from './engine-pool.js';
import type { Environment } from './environment.js';
import { Lease } from './lease.js';
import { dbosLogger, type Logger } from './logger.js';
import { MachineTurns } from './machine-turns.js';
import { reap } from './reaper.js';
import { StepExecutor } from './step-executor.js';
import { registerQueues, registerWorkflows, WORKFLOW_VERSION, type WorkflowServices } from './workflows.js';

/** Exit code of a worker that lost its lease: whoever keeps it running should start it again at once. */
export const LEASE_LOST_EXIT_CODE = 75;

const DRAIN_MS = 5_000;

/**
 * A worker, from the database connection to the engine's processes.
 *
 *     start: connect ▸ take the lease ▸ launch DBOS (recovers this executor's own work) ▸ dispatch, reap
 *     stop:  no new work ▸ running steps stop at their next training step ▸ engines ▸ DBOS ▸ give the lease back
 */
export class Worker {
  readonly #environment: Environment;
  readonly #logger: Logger;
  readonly #db: Db;
  readonly #turns: Db;
  readonly #lease: Lease;
  readonly #engines: EnginePool;
  readonly #executor: StepExecutor;
  readonly #dispatcher: Dispatcher;
  readonly #stopping: AbortController;
  /** What networks run on. */
  readonly device: DeviceName;

  private constructor(parts: {
    environment: Environment;
    logger: Logger;
    db: Db;
    turns: Db;
    lease: Lease;
    engines: EnginePool;
    executor: StepExecutor;
    dispatcher: Dispatcher;
    stopping: AbortController;
    device: DeviceName;
  }) {
    this.#environment = parts.environment;
    this.#logger = parts.logger;
    this.#db = parts.db;
    this.#turns = parts.turns;
    this.#lease = parts.lease;
    this.#engines = parts.engines;
    this.#executor = parts.executor;
    this.#dispatcher = parts.dispatcher;
    this.#stopping = parts.stopping;
    this.device = parts.device;
  }

  /** Resolves when the worker takes work. `onLost` is told when another process took its place: end at once. */
  static async start(environment: Environment, logger: Logger, onLost: () => void): Promise<Worker> {
    const stopping = new AbortController();
    const cancellations = new Cancellations();
    const { device, why } = await chooseDevice(environment.device);
    logger.info({ device }, why);
    await mkdir(environment.scratch, { recursive: true });
    const store = await FileArtifactStore.open(environment.blobs);
    const db = connect({ url: environment.databaseUrl, applicationName: 'stockpot worker' });
    const lease = await Lease.take({
      db,
      logger,
      executorId: environment.executorId,
      hostname: hostname(),
      slots: environment.slots,
      device: deviceInventory(device),
      heartbeatSeconds: environment.heartbeatSeconds,
      stopping: stopping.signal,
      onCancelRequested: (runIds) => {
        for (const runId of runIds) cancellations.cancel(runId);
      },
      onLost,
    });
    const { slots, threads, memoryLimitBytes } = environment;
    const engines = new EnginePool({
      ...{ slots, threads },
      ...(memoryLimitBytes === undefined ? {} : { memoryLimitBytes }),
    });
    const turns = connect({ url: environment.databaseUrl, applicationName: 'stockpot worker turns', max: slots });
    const executor = new StepExecutor({
      lease,
      engines,
      machine: new MachineTurns({ db: turns, hostname: hostname(), logger }),
      store,
      scratch: environment.scratch,
      sources: { base: environment.dataFolder, confined: true },
      device,
      cancellations,
      logger,
      stopping: stopping.signal,
    });
    const workflows = registerWorkflows(workflowServices(lease, executor, cancellations, logger));
    await launchDbos(environment, logger);
    const dispatcher = new Dispatcher({ db, lease, workflows, cancellations, logger, stopping: stopping.signal });
    await dispatcher.start();
    void reap({ lease, logger, stopping: stopping.signal, deadAfterSeconds: environment.deadAfterSeconds });
    return new Worker({ environment, logger, db, turns, lease, engines, executor, dispatcher, stopping, device });
  }

  /** Stops in order; what was running is taken up again by the next start, or by another worker. */
  async stop(): Promise<void> {
    const started = performance.now();
    this.#stopping.abort();
    await this.#dispatcher.stop();
    await Promise.race([this.#executor.drained(), new Promise((resolve) => setTimeout(resolve, DRAIN_MS))]);
    await this.#engines.close();
    await DBOS.shutdown();
    await this.#lease.release().catch((error: unknown) => this.#logger.warn({ err: error }, 'could not sign off'));
    await this.#turns.close();
    await this.#db.close();
    const seconds = (performance.now() - started) / 1000;
    this.#logger.info({ executorId: this.#environment.executorId, seconds }, 'stopped');
  }
}

function workflowServices(
  lease: Lease,
  executor: StepExecutor,
  cancellations: Cancellations,
  logger: Logger,
): WorkflowServices {
  return {
    startRun: async (runId) => {
      const started = await lease.call(runs.start, { runId });
      logger.info({ runId, started: started !== null }, 'run starts');
      return started;
    },
    executeStep: (order) => executor.execute(order),
    finishRun: async (runId, result) => {
      const error = result.state === 'failed' ? { error: result.error } : {};
      await lease.call(runs.finish, { runId, state: result.state, ...error });
      cancellations.forget(runId);
      logger.info({ runId, state: result.state }, 'run ended');
    },
  };
}

async function launchDbos(environment: Environment, logger: Logger): Promise<void> {
  DBOS.setConfig({
    name: 'stockpot',
    systemDatabaseUrl: environment.databaseUrl,
    systemDatabaseSchemaName: 'dbos',
    executorID: environment.executorId,
    applicationVersion: WORKFLOW_VERSION,
    logger: dbosLogger(logger),
    enableOTLP: false,
  });
  await DBOS.launch();
  await registerQueues(environment.slots);
}

function deviceInventory(device: DeviceName): Record<string, unknown> {
  return {
    class: device,
    processor: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
  };
}
