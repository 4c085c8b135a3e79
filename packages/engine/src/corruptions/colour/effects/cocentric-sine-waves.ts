import type { Effect } from '../effect.js';
import { sideOf } from '../square.js';
import { greysToImage } from '../values.js';

export const cocentricSineWaves: Effect<{ readonly intensity: number }> = {
  definition:
    'Saw-tooth rings about a random point, their radius rippled by a sine of the angle, of height `intensity` greys are added.',
  apply(image, { intensity }, random) {
    const side = sideOf(image);
    const offsetX = side * random.uniform();
    const offsetY = side * random.uniform();
    const frequency = 10 * random.uniform();
    const amplitude = (side / 10) * random.uniform();
    const ring = (side / 10) * random.uniform();
    const rings = Float64Array.from({ length: side * side }, (_, at) => {
      const dx = (at % side) - offsetX;
      const dy = Math.floor(at / side) - offsetY;
      const distance = Math.sqrt(dx * dx + dy * dy) + Math.sin(Math.atan2(dx, dy) * frequency) * amplitude;
      return distance / ring - Math.floor(distance / ring) - 0.5;
    });
    return greysToImage(
      image,
      Float64Array.from(image.data, (byte, at) => byte + intensity * (rings[at % rings.length] ?? 0)),
    );
  },
};
