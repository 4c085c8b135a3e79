/** Where the examples are, for whoever opens them once more. */
export interface Place {
  /** Path of the dataset's manifest. */
  readonly manifest: string;
  /** The folder of the manifest's source. */
  readonly folder: string;
  /** Name of the split. */
  readonly split: string;
}
