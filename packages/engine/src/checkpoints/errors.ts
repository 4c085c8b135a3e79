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

/** A name in quotes, short enough for a sentence, with nothing in it that a terminal would obey. */
export function quoted(name: string): string {
  const shown = JSON.stringify(name.length > 80 ? `${name.slice(0, 80)}…` : name);
  return `tensor ${shown}`;
}
