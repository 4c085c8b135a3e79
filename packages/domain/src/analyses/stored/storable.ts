import { StockpotError } from '../../errors.js';

/** 72 models of a ViT-B by layer make some 4 MiB; by tensor they would make 47. */
const MOST_BYTES = 16 * 1024 * 1024;

/** Refuses a document that is too large to be kept where pages are made from. Throws BAD_INPUT. */
export function assertStorable(bytes: number): void {
  if (bytes <= MOST_BYTES) return;
  throw new StockpotError(
    'BAD_INPUT',
    `The document of the analysis has ${bytes.toLocaleString('en')} bytes; at most ${MOST_BYTES.toLocaleString('en')} are stored.`,
    'Leave out what is by tensor (`tensors: true`), or analyse fewer models at a time.',
  );
}
