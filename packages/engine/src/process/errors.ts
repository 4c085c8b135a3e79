import { type ErrorReport, StockpotEngineError } from '../errors.js';

/** The engine's process ended while it ran a step. */
export class EngineCrashedError extends StockpotEngineError {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;

  constructor(what: string, exitCode: number | null, signal: NodeJS.Signals | null, output: string) {
    const how = signal === null ? `with exit code ${exitCode ?? 'unknown'}` : `by the signal ${signal}`;
    const tail = output.trim();
    super(
      `The engine's process ended ${how} while it ran ${what}.${tail === '' ? '' : ` Its last output was: ${tail}`}`,
      signal === 'SIGKILL'
        ? 'SIGKILL mostly means that the machine ran out of memory. Use a smaller batch or fewer steps at a time, and run it again: it goes on from its last checkpoint.'
        : 'Run it again: it goes on from its last checkpoint. If it happens again, report it with the recipe.',
    );
    this.exitCode = exitCode;
    this.signal = signal;
  }
}

/** The engine's process used more memory than it may, and was stopped, or more than there is, and ended by itself. */
export class EngineOutOfMemoryError extends StockpotEngineError {
  constructor(what: string, limit?: { readonly usedBytes: number; readonly limitBytes: number }) {
    const mebibytes = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MiB`;
    super(
      limit === undefined
        ? `The engine ran out of memory while it ran ${what}, and its process ended.`
        : `The engine used ${mebibytes(limit.usedBytes)} of memory while it ran ${what}, more than the ${mebibytes(limit.limitBytes)} it may.`,
      'Use a smaller batch, run fewer steps at a time, or raise the limit.',
    );
  }
}

/** An error that was thrown in the engine's process, as it arrived here: same name, message and advice. */
export class StepFailedError extends StockpotEngineError {
  /** Where in the engine an unexpected error came from; null for one that has advice of its own. */
  readonly remoteStack: string | null;

  constructor(report: ErrorReport, remoteStack: string | null) {
    super(report.message, report.advice, { name: report.name });
    this.remoteStack = remoteStack;
  }
}
