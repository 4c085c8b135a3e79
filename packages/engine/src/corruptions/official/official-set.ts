import { StockpotEngineError } from '../../errors.js';

/** One cell of a corruption benchmark as it lies in its official files. */
export interface OfficialCell {
  /** As the files name it: `frost`, where a generated suite has `synthetic_frost`. */
  readonly corruption: string;
  /** 1 … 5 */
  readonly severity: number;
  /** Images in the cell. */
  readonly n: number;
  /**
   * Where the images are: a folder with a folder for each class, relative and with forward slashes; or the name of the part
   * that the reader of NPY arrays gives them (`fog-1`).
   */
  readonly source: string;
}

/** A complete corruption benchmark in its official files: every corruption that is listed has its five severities. */
export interface OfficialSet {
  /** The name on every number that is taken from these files; never that of a generated suite. */
  readonly protocol: string;
  /** Severity-major inside a corruption, corruptions in the order of the publication. */
  readonly cells: readonly OfficialCell[];
  /** Names of the class folders in order; null for arrays, whose labels are numbers. */
  readonly classes: readonly string[] | null;
}

/** Official files that are incomplete, or not what they are taken for. */
export class OfficialSetError extends StockpotEngineError {}

export const SEVERITIES = [1, 2, 3, 4, 5] as const;
