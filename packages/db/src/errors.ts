/** A failure of the database layer that a person can act on: `message` says what is wrong, `advice` what to do next. */
export class DatabaseError extends Error {
  override readonly name = 'DatabaseError';
  readonly code: 'NEWER_DATABASE' | 'UNREACHABLE' | 'CANNOT_START' | 'BAD_URL';
  readonly advice: string;

  constructor(code: DatabaseError['code'], message: string, advice: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.advice = advice;
  }
}
