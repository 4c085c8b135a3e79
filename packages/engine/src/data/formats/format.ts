import type { ExampleStore } from '../stores/store.js';

/** What a recipe says beyond the format's name. */
export interface ScanOptions {
  /** Names of columns of a table; what is left out is found by its usual name. */
  readonly columns: {
    readonly image?: string | undefined;
    readonly text?: string | undefined;
    readonly pair?: string | undefined;
    readonly label?: string | undefined;
  };
  /** Which of CIFAR-100's two kinds of label. */
  readonly labels: 'fine' | 'coarse';
}

/** One example set of a dataset. */
export interface FoundPart {
  readonly name: string;
  /** Class of each example, in the store's order. */
  readonly labels: Uint32Array;
  readonly store: ExampleStore;
}

export type Content =
  /** Rows of an array: every example has these channels, height and width. */
  | { readonly kind: 'pixels'; readonly image: readonly [number, number, number]; readonly layout: 'chw' | 'hwc' }
  /** JPEG, PNG, WebP or GIF files. */
  | { readonly kind: 'encoded' }
  /** Texts or pairs of texts, as `encodeText` writes them. */
  | { readonly kind: 'text' };

export interface FoundDataset {
  readonly content: Content;
  /** Names of the classes by number; null where the data have none. */
  readonly classNames: readonly string[] | null;
  /** Those that were wanted, in that order. */
  readonly parts: readonly FoundPart[];
}

/** A way in which datasets lie in folders. */
export interface DatasetFormat {
  /** Says in a sentence what was found when a folder looks like this format, by the names in it; null otherwise. */
  recognise(folder: string): Promise<string | null>;
  /**
   * Finds the examples and labels of the wanted parts. Images stay where they are.
   *
   * @param wanted names of parts, as in a split's `from`
   * @throws DataFileError for a part that is not there and for damaged files
   */
  scan(folder: string, wanted: readonly string[], options: ScanOptions): Promise<FoundDataset>;
}
