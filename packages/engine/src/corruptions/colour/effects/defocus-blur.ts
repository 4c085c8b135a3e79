import { correlate, type Kernel } from '../correlate.js';
import type { Effect } from '../effect.js';
import { cutToBytes, eachPlane, unitValues } from '../values.js';

export const defocusBlur: Effect<{ readonly radius: number; readonly softening: number }> = {
  definition:
    'Correlation with a disk of `radius` whose edge was softened by a Gaussian of deviation `softening` (3×3, or 5×5 for radii above 8), the image reflected about its outermost pixels.',
  apply(image, { radius, softening }) {
    const kernel = disk(radius, softening);
    const { height, width } = image;
    return cutToBytes(
      image,
      eachPlane(image, unitValues(image), (plane) => correlate(plane, height, width, kernel)),
    );
  },
};

function disk(radius: number, softening: number): Kernel {
  const reach = Math.max(8, radius);
  const side = 2 * reach + 1;
  const hard = new Float64Array(side * side);
  for (let at = 0; at < hard.length; at++) {
    const y = Math.floor(at / side) - reach;
    const x = (at % side) - reach;
    if (x * x + y * y <= radius * radius) hard[at] = 1;
  }
  const count = hard.reduce((sum, value) => sum + value, 0);
  const softener = square(radius > 8 ? 5 : 3, softening);
  return {
    side,
    weights: correlate(
      hard.map((value) => value / count),
      side,
      side,
      softener,
    ),
  };
}

/** A sampled Gaussian of sum 1. */
function square(side: number, sigma: number): Kernel {
  const line = Float64Array.from({ length: side }, (_, at) =>
    Math.exp(-((at - (side - 1) / 2) ** 2) / (2 * sigma * sigma)),
  );
  const total = line.reduce((sum, weight) => sum + weight, 0);
  const weights = Float64Array.from(
    { length: side * side },
    (_, at) => ((line[Math.floor(at / side)] ?? 0) * (line[at % side] ?? 0)) / (total * total),
  );
  return { side, weights };
}
