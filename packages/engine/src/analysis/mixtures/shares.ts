import { AnalysisError } from '../errors.js';

/**
 * Parts of each ingredient of a pool in a mixture, in the pool's order: θ = Σ sᵢ·θᵢ / Σ sᵢ. Whole numbers wherever this
 * folder makes them, so that a mixture has one name however it was reached and the two halves of a path are mirror images:
 * [1, 0, 3] is a quarter of the first and three of the third.
 */
export type Shares = readonly number[];

/** Throws AnalysisError unless every share is a finite number and their sum is above 0. */
export function checkShares(shares: Shares): void {
  const sum = shares.reduce((total, share) => total + share, 0);
  if (Number.isFinite(sum) && sum > 0) return;
  throw new AnalysisError(
    `The shares ${shares.join(', ')} make no mixture: they add up to ${sum}.`,
    'Give finite shares with a sum above 0.',
  );
}

/** The shares of one ingredient alone, among `count`. */
export function only(index: number, count: number): Shares {
  return Array.from({ length: count }, (_, place) => (place === index ? 1 : 0));
}

/** Equal shares of some ingredients among `count`: the uniform soup of them. One that is listed twice counts twice. */
export function equalShares(members: readonly number[], count: number): Shares {
  const shares = Array.from({ length: count }, () => 0);
  for (const member of members) shares[member] = (shares[member] ?? 0) + 1;
  return shares;
}

/** One text for all shares that make the same mixture: whole numbers are reduced by their greatest common divisor. */
export function mixtureKey(shares: Shares): string {
  return reduced(shares).join(' ');
}

/** The same mixture in the smallest whole numbers; shares that are none stay as they are. */
export function reduced(shares: Shares): Shares {
  if (!shares.every(Number.isSafeInteger)) return shares;
  const divisor = shares.reduce((a, b) => greatestCommonDivisor(a, Math.abs(b)), 0);
  return divisor === 0 ? shares : shares.map((share) => share / divisor);
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
