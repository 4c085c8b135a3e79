/**
 * @file The two eight-bit floats of safetensors, as numbers (Micikevicius et al. 2022, "FP8 formats for deep learning",
 * table 1). Every one of them is an f32.
 */

/** Sign, 4 exponent bits with bias 7, 3 fraction bits; no infinities, and only 0x7f and 0xff are NaN (torch's `float8_e4m3fn`). */
export function f8e4m3ToNumber(bits: number): number {
  if ((bits & 0x7f) === 0x7f) return Number.NaN;
  const exponent = (bits >> 3) & 0xf;
  const fraction = (bits & 7) / 8;
  const magnitude = exponent === 0 ? fraction * 2 ** -6 : (1 + fraction) * 2 ** (exponent - 7);
  return bits & 0x80 ? -magnitude : magnitude;
}

/** Sign, 5 exponent bits with bias 15, 2 fraction bits: the upper half of an f16. */
export function f8e5m2ToNumber(bits: number): number {
  const exponent = (bits >> 2) & 0x1f;
  const fraction = (bits & 3) / 4;
  if (exponent === 31) return fraction ? Number.NaN : bits & 0x80 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const magnitude = exponent === 0 ? fraction * 2 ** -14 : (1 + fraction) * 2 ** (exponent - 15);
  return bits & 0x80 ? -magnitude : magnitude;
}
