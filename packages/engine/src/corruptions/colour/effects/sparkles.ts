import type { Effect } from '../effect.js';
import { lightOf, rayLengths, type Star } from '../rays.js';
import { sideOf } from '../square.js';
import { greysToImage } from '../values.js';

const STARS = 5;

export const sparkles: Effect<{ readonly radius: number }> = {
  definition: 'Five white stars of 50 … 199 rays, `radius` sides in size, shine at random points.',
  apply(image, { radius }, random) {
    const side = sideOf(image);
    const places = Array.from({ length: STARS }, () => ({ y: side * random.uniform(), x: side * random.uniform() }));
    const counts = Array.from({ length: STARS }, () => 50 + random.integer(150));
    const stars: readonly Star[] = places.map((place, index) => ({
      ...place,
      lengths: rayLengths(counts[index] ?? 50, radius * side, random).map((length) => Math.max(1, length)),
      steepness: 1,
    }));
    const plane = side * side;
    // Each star leaves 1 − light of what is missing to white: the product of all.
    const left = Float64Array.from({ length: plane }, (_, at) =>
      stars.reduce((share, star) => share * (1 - lightOf(star, Math.floor(at / side), at % side)), 1),
    );
    return greysToImage(
      image,
      Float64Array.from(image.data, (byte, at) => 255 - (255 - byte) * (left[at % plane] ?? 1)),
    );
  },
};
