import type { Random } from '../../../random/index.js';
import { plasma } from '../../plasma.js';
import type { Effect } from '../effect.js';
import { greysToImage } from '../values.js';

/**
 * Mean and deviation of red, green and blue of the five photographs that the published program draws from (its second and
 * third are the same picture, and its sixth is never drawn).
 */
const FROSTS = [
  { mean: [0.305, 0.585, 0.65], deviation: [0.106, 0.065, 0.06] },
  { mean: [0.787, 0.805, 0.841], deviation: [0.084, 0.087, 0.089] },
  { mean: [0.787, 0.805, 0.841], deviation: [0.084, 0.087, 0.089] },
  { mean: [0.54, 0.599, 0.648], deviation: [0.112, 0.112, 0.117] },
  { mean: [0.441, 0.484, 0.528], deviation: [0.174, 0.17, 0.163] },
] as const;

export const syntheticFrost: Effect<{ readonly share: number; readonly frost: number }> = {
  definition:
    'share·x + frost·f, with f a generated texture of ridges: the absolute differences of three pairs of plasma fractals, in the mean and deviation of one of five photographs of frost. The photographs themselves are not used: this is not the `frost` of ImageNet-C.',
  apply(image, { share, frost }, random) {
    const { height, width, data } = image;
    const plane = height * width;
    const kind = FROSTS[random.integer(FROSTS.length)];
    const ridges = texture(height, width, random);
    const values = Float64Array.from(data, (byte, at) => {
      const channel = Math.floor(at / plane);
      const ice = (kind?.mean[channel] ?? 0) + (kind?.deviation[channel] ?? 0) * (ridges[at % plane] ?? 0);
      return share * byte + frost * 255 * Math.min(1, Math.max(0, ice));
    });
    return greysToImage(image, values);
  },
};

/** Thin bright lines on cloudy ground; mean 0 and deviation 1 over the image. */
function texture(height: number, width: number, random: Random): Float64Array {
  const side = 2 ** Math.ceil(Math.log2(Math.max(height, width)));
  const result = new Float64Array(height * width);
  for (let layer = 0; layer < 3; layer++) {
    const one = plasma(side, 1.3, random);
    const other = plasma(side, 1.3, random);
    for (let at = 0; at < result.length; at++) {
      const from = Math.floor(at / width) * side + (at % width);
      const ridge = 1 - Math.abs((one[from] ?? 0) - (other[from] ?? 0));
      result[at] = (result[at] ?? 0) + ridge ** 4;
    }
  }
  const mean = result.reduce((sum, value) => sum + value, 0) / result.length;
  const variance = result.reduce((sum, value) => sum + (value - mean) ** 2, 0) / result.length;
  return result.map((value) => (value - mean) / Math.sqrt(variance));
}
