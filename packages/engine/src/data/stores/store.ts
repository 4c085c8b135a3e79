import { z } from 'zod';
import { type CsvStore, csvStore, openCsv } from './csv.js';
import type { ExampleReader } from './example-reader.js';
import { type NpzStore, npzStore, openNpz } from './npz-array.js';
import {
  openParquetImages,
  openParquetTexts,
  type ParquetStore,
  type ParquetTextStore,
  parquetStore,
  parquetTextStore,
} from './parquet.js';
import { openRanges, type RangesStore, rangesStore } from './ranges.js';

interface Stores {
  readonly ranges: RangesStore;
  readonly npz: NpzStore;
  readonly parquet: ParquetStore;
  readonly 'parquet-text': ParquetTextStore;
  readonly csv: CsvStore;
}
type StoreOf<Kind extends keyof Stores> = { [K in Kind]: Stores[K] & { readonly kind: K } }[Kind];

/** Where the examples of a part lie, as a manifest says it. */
export type ExampleStore = StoreOf<keyof Stores>;
export const exampleStore = z.discriminatedUnion('kind', [
  rangesStore,
  npzStore,
  parquetStore,
  parquetTextStore,
  csvStore,
]);

const openers: { readonly [Kind in keyof Stores]: (store: StoreOf<Kind>, folder: string) => ExampleReader } = {
  ranges: openRanges,
  npz: openNpz,
  parquet: openParquetImages,
  'parquet-text': openParquetTexts,
  csv: openCsv,
};

/** Opens a store below the folder of its dataset. Files are opened when examples are read. */
export function openStore<Kind extends keyof Stores>(store: StoreOf<Kind>, folder: string): ExampleReader {
  return openers[store.kind](store, folder);
}
