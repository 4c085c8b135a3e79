import { z } from 'zod';

const share = z.number().min(0).max(1);
const index = z.int().min(0);

/** One candidate that a choosing method tried. Indices count the ingredients as the plan lists them. */
export const soupTrial = z.strictObject({
  round: index,
  /** The ingredient that was tried. */
  index,
  /** Top-1 on the selection benchmark of the soup with the candidate in it. */
  score: share,
  /** The best score before this round's decision; in the first round the candidate's own. */
  best: share,
  accepted: z.boolean(),
  /** Ingredients in the soup after the round, with multiplicity. */
  members: z.int().min(1),
  /** Trials of one turn are decided together (greedier) or belong to one pass (pruned); absent where a method has no turns. */
  turn: index.exactOptional(),
  /** The candidate left this ingredient out; absent where it added it. */
  removed: z.literal(true).exactOptional(),
  /** The score was known from an equal soup tried before; absent where it was evaluated. */
  cached: z.literal(true).exactOptional(),
});
export type SoupTrial = z.infer<typeof soupTrial>;

/** The same as a step reports it. No artifact says how long a trial took: equal inputs give equal bytes. */
export const reportedTrial = soupTrial.extend({
  /** What mixing and evaluating the candidate took; 0 where the score was known; absent where nobody measured. */
  milliseconds: z.number().min(0).exactOptional(),
});
export type ReportedTrial = z.infer<typeof reportedTrial>;

export function untimed({ milliseconds: _, ...trial }: ReportedTrial): SoupTrial {
  return trial;
}

/**
 * What the coefficients of a soup are. 'linear': every tensor is the sum of coefficient · model. 'by tensor': each tensor has
 * its own, of which these are the mean by size. 'nominal': no linear combination; weights that were asked for.
 */
export const mixing = z.enum(['linear', 'by tensor', 'nominal']);
export type Mixing = z.infer<typeof mixing>;

/** What an ingredient counts in a soup: any finite number. An ingredient that counts nothing is not listed. */
export const soupCoefficient = z.strictObject({ index, coefficient: z.number() });
export type SoupCoefficient = z.infer<typeof soupCoefficient>;

/** What is kept of learning coefficients. */
export const learnedMix = z.strictObject({
  /** β, by which the logits were multiplied; it is not part of the checkpoint, whose answers it does not change. */
  scale: z.number(),
  /** The mean loss of each epoch. */
  losses: z.array(z.number()).min(1),
  /** Place of the epoch whose coefficients were taken. */
  kept: index,
});
export type LearnedMix = z.infer<typeof learnedMix>;
