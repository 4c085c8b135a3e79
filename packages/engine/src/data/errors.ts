import { StockpotEngineError } from '../errors.js';

/** A data file that is missing, damaged or not what it is said to be. `file` is the path that was read. */
export class DataFileError extends StockpotEngineError {
  readonly file: string;

  constructor(file: string, problem: string, advice: string, options?: { cause?: unknown }) {
    super(`${file}: ${problem}`, advice, options);
    this.file = file;
  }
}

/** A dataset whose splits or manifest contradict themselves or the data. */
export class DatasetError extends StockpotEngineError {}
