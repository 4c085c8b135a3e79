/** What a caller can tell apart. Transports map codes to their own (HTTP status, GraphQL extension); nobody parses messages. */
export type ErrorCode =
  | 'BAD_INPUT'
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  /** Also the answer for objects of labs the actor may not see: the two cannot be told apart. */
  | 'NOT_FOUND'
  | 'CONFLICT'
  /** The worker was declared dead or started again meanwhile: it must stop what it is doing and write nothing. */
  | 'STALE_LEASE'
  | 'RECIPE_REFUSED';

/** An expected failure. `message` is a sentence: what was wrong and where; `advice` another: what to do next. */
export class StockpotError extends Error {
  override readonly name: string = 'StockpotError';
  readonly code: ErrorCode;
  readonly advice: string;

  constructor(code: ErrorCode, message: string, advice: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.advice = advice;
  }
}

/** Thrown to a worker whose lease is over. Nothing of the call was written. */
export class StaleLeaseError extends StockpotError {
  override readonly name = 'StaleLeaseError';

  constructor(message = 'This worker no longer holds its lease: it was declared dead, or started again elsewhere.') {
    super('STALE_LEASE', message, 'Stop the work in hand, then register again to get a new lease.');
  }
}

/** One mistake in a submitted recipe. `path` as in `ingredients[0].space.lr`; '' for the whole document. */
export interface RecipeIssue {
  readonly path: string;
  readonly message: string;
  readonly line?: number;
  readonly column?: number;
}

/** The submitted recipe has mistakes; nothing was stored. */
export class RecipeRefusedError extends StockpotError {
  override readonly name = 'RecipeRefusedError';
  readonly issues: readonly RecipeIssue[];

  constructor(message: string, advice: string, issues: readonly RecipeIssue[]) {
    super('RECIPE_REFUSED', message, advice);
    this.issues = issues;
  }
}

/** The one answer for what is not there and for what the actor may not know to be there. */
export function notFound(what: string): StockpotError {
  return new StockpotError(
    'NOT_FOUND',
    `There is no such ${what}.`,
    'Check the id, and that you are signed in to an account that may see it.',
  );
}
