import { z } from 'zod';
import { learnedMix, mixing, reportedTrial, soupCoefficient } from './trace.js';

const finite = z.number();
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** What is recorded of a soup: all that its pages and the analyses of it need, its weights left out. */
export const soupSummary = z.strictObject({
  method: z.string(),
  /** Everything the method was told, defaults included, its name left out. */
  parameters: z.record(z.string(), z.json()),
  /** How `coefficients` are to be read. */
  mixing,
  /** What each ingredient counts, of any sign and size; nominal weights of a method that is no linear combination. */
  coefficients: z.array(soupCoefficient),
  /** What the stock counts; absent where the method takes none, or is no linear combination. */
  base: finite.exactOptional(),
  /** Coefficients of the ingredients, and then of the stock, by tensor; there exactly for mixing 'by tensor'. */
  tensors: z.record(z.string(), z.array(finite)).exactOptional(),
  /**
   * What the models that were never soups themselves count, by the hashes of their files: soups among the ingredients are taken
   * apart. Null where that is not known: the mixing is not linear.
   */
  effective: z.array(z.strictObject({ content: sha256, coefficient: finite })).nullable(),
  /** Every candidate that was tried, in order; empty for a method that does not choose. */
  trace: z.array(reportedTrial),
  /** The accept rule, as recorded; null for a method that does not choose. */
  rule: z.enum(['>=', '>']).nullable(),
  /** Examples behind every score of the trace; null when there is none. */
  n: z.int().min(1).nullable(),
  /** How coefficients were learned; absent where they were not. */
  learned: learnedMix.exactOptional(),
});
export type SoupSummary = z.infer<typeof soupSummary>;
