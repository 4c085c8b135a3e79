import { uniformBetween } from '../../../random/index.js';
import type { Effect } from '../effect.js';
import { lightOf, rayLengths } from '../rays.js';
import { sideOf } from '../square.js';
import { greysToImage } from '../values.js';

export const inverseSparkles: Effect<{ readonly steepness: number }> = {
  definition:
    'White but for a star of 50 … 199 rays about a point near the middle, whose edges fall with distance to the power of −2·steepness.',
  apply(image, { steepness }, random) {
    const side = sideOf(image);
    const y = uniformBetween(random, 0.25, 0.75) * side;
    const x = uniformBetween(random, 0.25, 0.75) * side;
    const lengths = rayLengths(50 + random.integer(150), 0.25 * side, random);
    const plane = side * side;
    const light = Float64Array.from({ length: plane }, (_, at) =>
      lightOf({ y, x, lengths, steepness }, Math.floor(at / side), at % side),
    );
    return greysToImage(
      image,
      Float64Array.from(image.data, (byte, at) => 255 + (light[at % plane] ?? 0) * (byte - 255)),
    );
  },
};
