import { pino } from 'pino';

/** JSON lines on standard error: standard output carries the one line that says the worker is ready. */
export function createLogger(level: string) {
  return pino({ name: 'worker', level, base: { pid: process.pid } }, pino.destination({ dest: 2, sync: true }));
}

export type Logger = ReturnType<typeof createLogger>;

/** What DBOS logs, in our log. Its everyday news (launched, queues, recovered) are details to us. */
export function dbosLogger(logger: Logger) {
  const child = logger.child({ from: 'dbos' });
  return {
    info: (entry: unknown) => child.debug(text(entry)),
    debug: (entry: unknown) => child.trace(text(entry)),
    warn: (entry: unknown) => child.warn(text(entry)),
    error: (entry: unknown, metadata?: { stack?: string }) => child.error({ stack: metadata?.stack }, text(entry)),
  };
}

function text(entry: unknown): string {
  return typeof entry === 'string' ? entry : entry instanceof Error ? entry.message : JSON.stringify(entry);
}

/** Warnings of Node and its packages (a deprecation inside of DBOS's use of pg) go to the log, not to the terminal. */
export function logWarnings(logger: Logger): void {
  process.removeAllListeners('warning');
  process.on('warning', (warning) => logger.debug({ name: warning.name }, warning.message));
}
