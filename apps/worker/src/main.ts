import { EnvironmentError, readEnvironment } from './environment.js';
import { createLogger, logWarnings } from './logger.js';
import { LEASE_LOST_EXIT_CODE, Worker } from './worker.js';

/** The process: reads the environment, says on standard output when it takes work, ends gracefully when told to. */
async function main(): Promise<void> {
  const environment = readEnvironment(process.env);
  const logger = createLogger(environment.logLevel);
  logWarnings(logger);
  const worker = await Worker.start(environment, logger, () => process.exit(LEASE_LOST_EXIT_CODE));
  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    worker.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        logger.error({ err: error }, 'could not stop in order');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.stdout.write(`${JSON.stringify({ ready: true, slots: environment.slots, device: worker.device })}\n`);
}

main().catch((error: unknown) => {
  const message = error instanceof Error ? error.message : String(error);
  const advice =
    error instanceof EnvironmentError || (error instanceof Error && 'advice' in error)
      ? ` ${String(error.advice)}`
      : '';
  process.stderr.write(`The worker could not start. ${message}${advice}\n`);
  process.exit(1);
});
