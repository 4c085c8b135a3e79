/** Where the examples of one part of a dataset come from. */
export interface ExampleReader {
  readonly n: number;
  /** The bytes of an example, 0 … n−1, on demand; reading in ascending order is fastest. Throws DataFileError. */
  read(index: number): Promise<Uint8Array>;
  /** What people call an example: its file, or its archive and member or row. */
  where(index: number): string;
}
