/** @file The star of rays that ImageNet-C-bar's `sparkles` and `inverse_sparkles` share. */
import type { Random } from '../../random/index.js';

/** Rays differ in length by this share of the radius (one deviation). */
const RANDOMNESS = 0.25;

export interface Star {
  readonly y: number;
  readonly x: number;
  /** At least 2. */
  readonly lengths: readonly number[];
  /** How fast the light falls: with distance to the power of −2·steepness. */
  readonly steepness: number;
}

export function rayLengths(count: number, radius: number, random: Random): number[] {
  return Array.from({ length: count }, () => radius + RANDOMNESS * radius * random.normal());
}

/** How much of the star's light a pixel has, in [0, 1]. */
export function lightOf({ y, x, lengths, steepness }: Star, atY: number, atX: number): number {
  const dy = atY - y;
  const dx = atX - x;
  const place = ((Math.atan2(dx, dy) + Math.PI) / (2 * Math.PI)) * lengths.length;
  const ray = Math.floor(place);
  const part = place - ray;
  const here = lengths[ray % lengths.length] ?? 0;
  const next = lengths[(ray + 1) % lengths.length] ?? 0;
  const length = here + part * (next - here);
  const light = ((length * length) / (dy * dy + dx * dx + 1e-4)) ** steepness * (1 - (part - 0.5) ** 2);
  return Math.min(1, Math.max(0, light));
}
