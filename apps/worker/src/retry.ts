import { StockpotError } from '@stockpot/domain';

/** SQLSTATE classes and codes that a second try may not meet again. The writes that are tried again are idempotent. */
const TRANSIENT_SQLSTATE = /^(08...|25P03|40001|40P01|53...|55P03|57P0[123]|57014)$/;
const TRANSIENT_SYSTEM = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENOENT',
]);

/** Is this the database being away, restarting, overloaded, or two transactions in each other's way? */
export function isTransient(error: unknown): boolean {
  for (let cause: unknown = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth += 1) {
    if (cause instanceof StockpotError) return false;
    const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
    if (TRANSIENT_SQLSTATE.test(code) || TRANSIENT_SYSTEM.has(code)) return true;
    if (/Connection terminated|connection timeout|Client has encountered a connection error/i.test(cause.message))
      return true;
  }
  return false;
}

export interface RetryOptions {
  /** Ends the waiting: the work is no longer wanted. */
  readonly signal: AbortSignal;
  readonly onRetry?: (error: unknown, delayMs: number) => void;
  /** How long a failing database is waited for, in milliseconds. */
  readonly patienceMs?: number;
}

const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 5_000;
const PATIENCE_MS = 10 * 60_000;

/**
 * Does idempotent work, again while the database is away, with growing pauses. Everything else that goes wrong is thrown
 * at once, and so is the last failure when patience is over: an honest error rather than a silent hang.
 */
export async function withRetry<T>(work: () => Promise<T>, options: RetryOptions): Promise<T> {
  const deadline = Date.now() + (options.patienceMs ?? PATIENCE_MS);
  for (let delay = FIRST_DELAY_MS; ; delay = Math.min(delay * 2, LONGEST_DELAY_MS)) {
    try {
      return await work();
    } catch (error) {
      if (!isTransient(error) || options.signal.aborted || Date.now() + delay > deadline) throw error;
      options.onRetry?.(error, delay);
      await pause(delay, options.signal);
    }
  }
}

/** Waits, or less when the signal fires. */
export function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    signal.addEventListener('abort', end, { once: true });
  });
}
