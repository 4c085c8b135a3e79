import type { Benchmark } from './types.js';

/** In how many versions a benchmark shows each of its examples: 1, or the cells of its grid of corruptions. */
export function versionsOf({ corruptions, severities }: Pick<Benchmark, 'corruptions' | 'severities'>): number {
  return corruptions === null ? 1 : corruptions.length * (severities ?? []).length;
}
