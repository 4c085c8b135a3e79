import { AnalysisError } from './errors.js';

/** A k × k table of numbers by row and column; symmetric wherever this folder makes one. */
export type SquareMatrix = readonly (readonly number[])[];

/** The table of `entry(row, column)`, called once for each unordered pair and once for each place of the diagonal. */
export function symmetricMatrix<T>(size: number, entry: (row: number, column: number) => T): readonly (readonly T[])[] {
  const upper = Array.from({ length: size }, (_, row) =>
    Array.from({ length: size - row }, (_, offset) => entry(row, row + offset)),
  );
  return Array.from({ length: size }, (_, row) =>
    Array.from({ length: size }, (_, column) => {
      const found = upper[Math.min(row, column)]?.[Math.abs(row - column)];
      if (found === undefined) throw new RangeError(`No entry ${row}, ${column}.`);
      return found;
    }),
  );
}

/** Throws AnalysisError unless the table is square, symmetric and finite. */
export function assertSymmetric(matrix: SquareMatrix, what: string): void {
  for (const [row, numbers] of matrix.entries()) {
    for (const [column, number] of numbers.entries()) {
      if (numbers.length === matrix.length && Number.isFinite(number) && number === matrix[column]?.[row]) continue;
      throw new AnalysisError(
        `The table of ${what} is not square, symmetric and finite: row ${row}, column ${column} holds ${number}, the place opposite ${matrix[column]?.[row]}.`,
        'Give one finite number for each pair of models.',
      );
    }
    if (numbers.length === 0)
      throw new AnalysisError(`Row ${row} of ${what} is empty.`, 'Give one number for each pair.');
  }
}
