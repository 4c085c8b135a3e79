import { StockpotEngineError } from '../errors.js';
import { StoreFullError } from './store.js';

/** The disk refuses what we write: no permission, or a file system that is mounted read-only. */
export class StoreUnwritableError extends StockpotEngineError {
  constructor(where: string, cause: unknown) {
    super(
      `Nothing can be written at ${where}: ${cause instanceof Error ? cause.message : String(cause)}.`,
      'Give this user the right to write there, or set STOCKPOT_HOME to a folder of your own.',
      { cause },
    );
  }
}

const FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);
const REFUSED = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOTDIR']);

/** Says in a sentence what a failed write means; any other error is handed back as it is. */
export function writeError(error: unknown, where: string): unknown {
  return REFUSED.has(codeOf(error)) ? new StoreUnwritableError(where, error) : diskFullError(error, where);
}

/** Says in a sentence that the disk is full when that is what the error means, whoever was writing. */
export function diskFullError(error: unknown, where: string): unknown {
  return FULL.has(codeOf(error)) ? new StoreFullError(where, error) : error;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
