/** The 97.5 % point of the standard normal distribution. */
const Z = 1.959963984540054;

/**
 * The 95 % Wilson score interval of a share `p` in [0, 1] measured on `n` ≥ 1 independent examples (Wilson 1927). Unlike
 * p ± 1.96 s it stays in [0, 1] and does not collapse at p = 0 and p = 1. For a corruption benchmark n is the number of
 * images, not of image-corruption pairs: those of one image are not independent.
 */
export function wilson(p: number, n: number): { low: number; high: number } {
  const z2 = Z * Z;
  const centre = p + z2 / (2 * n);
  const spread = Z * Math.sqrt((p * (1 - p)) / n + z2 / (4 * n * n));
  const scale = 1 + z2 / n;
  // Rounding must not put p outside of its own interval.
  return {
    low: Math.min(p, Math.max(0, (centre - spread) / scale)),
    high: Math.max(p, Math.min(1, (centre + spread) / scale)),
  };
}
