import { StockpotEngineError } from '../errors.js';

/** A checkpoint that cannot be read, or that does not fit what it is used for. */
export class CheckpointError extends StockpotEngineError {
  /** Where the checkpoint came from: a path, or a phrase such as 'the upload'. */
  readonly source: string;
  /** The tensor at fault, when there is one. */
  readonly tensor: string | undefined;

  constructor(source: string, problem: string, advice: string, options?: { tensor?: string; cause?: unknown }) {
    super(`${source}: ${problem}`, advice, options !== undefined && 'cause' in options ? { cause: options.cause } : {});
    this.source = source;
    this.tensor = options?.tensor;
  }
}

/** A path at which nothing can be read, in the one wording that all commands have for it. */
export function cannotBeOpened(path: string, cause: unknown): CheckpointError {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    const advice = `Check the path; it is looked for in ${process.cwd()}.`;
    return new CheckpointError(path, 'there is nothing there.', advice, { cause });
  }
  if (code === 'EISDIR') return new CheckpointError(path, 'it is a folder.', 'Name the file inside it.', { cause });
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new CheckpointError(path, `it cannot be read: ${reason}.`, 'Check that this user may read it.', { cause });
}

/** A name in quotes, short enough for a sentence, with nothing in it that a terminal would obey. */
export function quoted(name: string): string {
  const shown = JSON.stringify(name.length > 80 ? `${name.slice(0, 80)}…` : name);
  return `tensor ${shown}`;
}
