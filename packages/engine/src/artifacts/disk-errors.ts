import { StockpotEngineError } from '../errors.js';
import { StoreFullError } from './store.js';

/** The disk refuses what we write: no permission, a file system that is mounted read-only, a file where a folder is meant. */
export class StoreUnwritableError extends StockpotEngineError {
  constructor(where: string, cause: unknown) {
    const file = IN_THE_WAY.has(codeOf(cause));
    super(
      `Nothing can be written at ${where}: ${file ? 'a part of the path is a file' : cause instanceof Error ? cause.message : String(cause)}.`,
      `${file ? 'Check the path' : 'Give this user the right to write there'}, or choose another place: with -o, --home or STOCKPOT_HOME, as it was said.`,
      { cause },
    );
  }
}

const FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);
const IN_THE_WAY = new Set(['ENOTDIR', 'EEXIST']);
const REFUSED = new Set(['EACCES', 'EPERM', 'EROFS', ...IN_THE_WAY]);

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
