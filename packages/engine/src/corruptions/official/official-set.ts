import type { ManifestContent } from '../../data/examples-manifest.js';
import type { ExampleReader } from '../../data/stores/example-reader.js';
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

/** A complete corruption benchmark in its official files: every corruption that is listed has all its severities. */
export interface OfficialSet {
  /** The name on every number that is taken from these files; never that of a generated suite. */
  readonly protocol: string;
  /** Severity-major inside a corruption, corruptions in the order of the publication. */
  readonly cells: readonly OfficialCell[];
  /** Names of the class folders in order; null for arrays, whose labels are numbers. */
  readonly classes: readonly string[] | null;
  /** The examples, which every cell shows in the same order. */
  readonly rows: OfficialRows;
  readonly content: OfficialContent;
  /** Reads the bytes of a cell's images, row by row; those of arrays lie as `content` says. */
  open(cell: OfficialCell): ExampleReader;
}

export interface OfficialRows {
  readonly n: number;
  /** What names an example in every cell, `n01440764/ILSVRC2012_val_00000293.JPEG`; null for arrays, whose rows are those of the published test files. */
  readonly names: readonly string[] | null;
  /** Class of each row: a position in `classes` where there are folders. */
  readonly labels: ArrayLike<number>;
}

export type OfficialContent = Extract<ManifestContent, { kind: 'pixels' }> | { readonly kind: 'encoded' };

/** Official files that are incomplete, or not what they are taken for. */
export class OfficialSetError extends StockpotEngineError {}

export const SEVERITIES = [1, 2, 3, 4, 5] as const;

/** Which corruptions of a set are wanted. */
export interface OfficialOptions {
  /**
   * Only these corruptions are wanted; 'tested': those that were published to test on. Left out: these, and those of the
   * ones to validate on that are there.
   */
  readonly corruptions?: readonly string[] | 'tested';
}

/**
 * The wanted corruptions in the order of the publication.
 *
 * @param set what was published: `title` for sentences, the corruptions that a complete set has and those that may lie beside them
 * @param there names that were found
 * @throws OfficialSetError for a corruption that is none of the set's
 */
export function wantedCorruptions(
  set: { readonly title: string; readonly required: readonly string[]; readonly optional: readonly string[] },
  there: readonly string[],
  { corruptions }: OfficialOptions,
): readonly string[] {
  if (corruptions === 'tested') return set.required;
  const known = [...set.required, ...set.optional];
  const strange = corruptions?.find((name) => !known.includes(name));
  if (strange !== undefined) {
    throw new OfficialSetError(`${set.title} has no corruption ${strange}.`, `Choose from ${known.join(', ')}.`);
  }
  const names = corruptions ?? [...set.required, ...set.optional.filter((name) => there.includes(name))];
  return known.filter((name) => names.includes(name));
}

/**
 * The cells of a set for some corruptions and severities, in the order of the corruptions' list.
 *
 * @throws OfficialSetError for one that was not published
 */
export function officialCells(
  set: OfficialSet,
  corruptions: readonly string[],
  severities: readonly number[],
): OfficialCell[] {
  return corruptions.flatMap((corruption) =>
    severities.map((severity) => {
      const found = set.cells.find((cell) => cell.corruption === corruption && cell.severity === severity);
      if (found !== undefined) return found;
      const there = [...new Set(set.cells.map((cell) => cell.severity))].join(', ');
      throw new OfficialSetError(
        `${set.protocol} has no ${corruption} at severity ${severity}; it was published at ${there}.`,
        'Name severities that there are.',
      );
    }),
  );
}
