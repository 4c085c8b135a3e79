import { writeError } from '@stockpot/engine/artifacts';
import { CancelledError, StockpotEngineError } from '@stockpot/engine/errors';
import { CookFailedError, StepFailedError } from '@stockpot/engine/process';
import pc from 'picocolors';
import { printable } from './printable.js';

/** Exit codes: 1 for what a person can mend, 130 after Ctrl-C (128 + SIGINT), as shells expect. */
export const EXIT_FAILED = 1;
export const EXIT_CANCELLED = 130;

/** Tells an error as a sentence and the next step, and sets the exit code. */
export function fail(thrown: unknown, stream: NodeJS.WritableStream = process.stderr): void {
  // A full disk, wherever it was met.
  const error = writeError(thrown, placeOf(thrown));
  const colors = pc.createColors(pc.isColorSupported);
  const message = printable(error instanceof Error ? error.message : String(error));
  stream.write(`\n${colors.red('stockpot:')} ${message}\n`);
  const stack = unexpectedStack(error);
  if (stack !== undefined) stream.write(`${colors.dim(stack)}\n`);
  const advice =
    error instanceof StockpotEngineError ? error.advice : 'This was not expected: report it with the recipe.';
  stream.write(`${colors.bold('Next:')} ${advice}\n`);
  process.exitCode = error instanceof CancelledError ? EXIT_CANCELLED : EXIT_FAILED;
}

function placeOf(error: unknown): string {
  return error instanceof Error && 'path' in error && typeof error.path === 'string' ? error.path : 'what was written';
}

/** Where an error came from that nobody expected; undefined for one that has advice of its own. */
function unexpectedStack(error: unknown): string | undefined {
  if (error instanceof CookFailedError) return unexpectedStack(error.cause);
  if (error instanceof StepFailedError) return error.remoteStack ?? undefined;
  return error instanceof Error && !(error instanceof StockpotEngineError) ? error.stack : undefined;
}

/** A command line that cannot be carried out as it was written. */
export class UsageError extends StockpotEngineError {}
