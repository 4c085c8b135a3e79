/**
 * An expected failure: a sentence that says what was wrong and where, one that says what to do next, and between them
 * what is known (the last lines of a log). Printed by `lib/say.mjs`.
 */
export class Refusal extends Error {
  readonly advice: string;
  readonly details: string;

  constructor(message: string, advice: string, details = '') {
    super(message);
    this.name = 'Refusal';
    this.advice = advice;
    this.details = details;
  }
}

/** The code of a system error ('ENOENT', 'EADDRINUSE'), if it is one. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
