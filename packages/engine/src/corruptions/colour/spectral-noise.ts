/** @file Noise of a given spectrum: random phases, transformed back, and its real part brought to deviation 1. */
import type { Random } from '../../random/index.js';

/**
 * @param side 2 or more, even
 * @param power amplitude by distance from the middle of the spectrum, frequency 0
 * @returns [side, side], of deviation 1
 */
export function spectralNoise(side: number, power: (distance: number) => number, random: Random): Float64Array {
  if (side % 2 !== 0) throw new RangeError(`Noise of ${side}×${side} pixels was asked for: the side must be even.`);
  const { real, imaginary } = spectrum(side, power, random);
  const cosines = Float64Array.from({ length: side }, (_, at) => Math.cos((2 * Math.PI * at) / side));
  const sines = Float64Array.from({ length: side }, (_, at) => Math.sin((2 * Math.PI * at) / side));
  // Along the rows, to a complex plane; then along the columns, of which only the real part is wanted.
  const halfReal = new Float64Array(side * side);
  const halfImaginary = new Float64Array(side * side);
  for (let v = 0; v < side; v++) {
    for (let x = 0; x < side; x++) {
      let sumReal = 0;
      let sumImaginary = 0;
      for (let u = 0; u < side; u++) {
        const turn = (u * x) % side;
        const cosine = cosines[turn] ?? 0;
        const sine = sines[turn] ?? 0;
        const re = real[v * side + u] ?? 0;
        const im = imaginary[v * side + u] ?? 0;
        sumReal += re * cosine - im * sine;
        sumImaginary += re * sine + im * cosine;
      }
      halfReal[v * side + x] = sumReal;
      halfImaginary[v * side + x] = sumImaginary;
    }
  }
  const noise = new Float64Array(side * side);
  for (let v = 0; v < side; v++) {
    for (let y = 0; y < side; y++) {
      const cosine = cosines[(v * y) % side] ?? 0;
      const sine = sines[(v * y) % side] ?? 0;
      for (let x = 0; x < side; x++) {
        const at = y * side + x;
        noise[at] =
          (noise[at] ?? 0) + (halfReal[v * side + x] ?? 0) * cosine - (halfImaginary[v * side + x] ?? 0) * sine;
      }
    }
  }
  return ofDeviationOne(noise);
}

/** Amplitudes with random phases; the right half has the phases of the left one turned by 180°. Frequency 0 comes first. */
function spectrum(side: number, power: (distance: number) => number, random: Random) {
  const half = side / 2;
  const phases = Float64Array.from({ length: side * half }, () => 2 * Math.PI * random.uniform());
  const real = new Float64Array(side * side);
  const imaginary = new Float64Array(side * side);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const phase = (x < half ? phases[y * half + x] : phases[(side - 1 - y) * half + (side - 1 - x)]) ?? 0;
      const amplitude = power(Math.sqrt((x - half) ** 2 + (y - half) ** 2));
      const at = ((y + half) % side) * side + ((x + half) % side);
      real[at] = amplitude * Math.cos(phase);
      imaginary[at] = amplitude * Math.sin(phase);
    }
  }
  return { real, imaginary };
}

function ofDeviationOne(noise: Float64Array): Float64Array {
  const mean = noise.reduce((sum, value) => sum + value, 0) / noise.length;
  const deviation = Math.sqrt(noise.reduce((sum, value) => sum + (value - mean) ** 2, 0) / noise.length);
  return noise.map((value) => value / deviation);
}
