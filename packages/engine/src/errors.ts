/**
 * The base of every error that a person may have to act on. `message` is a sentence that says what was wrong and where;
 * `advice` is a sentence that says what to do next. `name` is stable: it is stored with a failed step and crosses the
 * process boundary, where a class cannot.
 */
export class StockpotEngineError extends Error {
  readonly advice: string;

  constructor(message: string, advice: string, options?: { name?: string; cause?: unknown }) {
    super(message, options !== undefined && 'cause' in options ? { cause: options.cause } : undefined);
    this.name = options?.name ?? new.target.name;
    this.advice = advice;
  }
}

/** What is left of an error once it has been sent between processes or stored. */
export interface ErrorReport {
  readonly name: string;
  readonly message: string;
  readonly advice: string;
}

/** Thrown by long work when its `AbortSignal` fired: the work stopped because somebody asked, not because it is wrong. */
export class CancelledError extends StockpotEngineError {
  constructor(what = 'The step', advice = 'Start it again: what is kept is not done again.') {
    super(`${what} was cancelled.`, advice);
  }
}

/** Reduces anything thrown to an `ErrorReport`; an unexpected error keeps its own name and message. */
export function reportError(error: unknown): ErrorReport {
  if (error instanceof StockpotEngineError) return { name: error.name, message: error.message, advice: error.advice };
  if (error instanceof Error) {
    return {
      name: error.name,
      message: error.message,
      advice: 'This was not expected. Run it again; if it happens again, report it with the recipe and this message.',
    };
  }
  return { name: 'Error', message: String(error), advice: 'This was not expected. Report it with the recipe.' };
}
