import { CancelledError, StockpotEngineError } from '@stockpot/engine/errors';
import pc from 'picocolors';
import { printable } from './printable.js';

/** Exit codes: 1 for what a person can mend, 130 after Ctrl-C (128 + SIGINT), as shells expect. */
export const EXIT_FAILED = 1;
export const EXIT_CANCELLED = 130;

/** Tells an error as a sentence and the next step, and sets the exit code. */
export function fail(error: unknown, stream: NodeJS.WritableStream = process.stderr): void {
  const colors = pc.createColors(pc.isColorSupported);
  const message = printable(error instanceof Error ? error.message : String(error));
  stream.write(`\n${colors.red('stockpot:')} ${message}\n`);
  if (error instanceof StockpotEngineError) stream.write(`${colors.bold('Next:')} ${error.advice}\n`);
  else if (error instanceof Error && error.stack !== undefined) {
    stream.write(
      `${colors.dim(error.stack)}\n${colors.bold('Next:')} this was not expected: report it with the recipe.\n`,
    );
  }
  process.exitCode = error instanceof CancelledError ? EXIT_CANCELLED : EXIT_FAILED;
}

/** A command line that cannot be carried out as it was written. */
export class UsageError extends StockpotEngineError {}
