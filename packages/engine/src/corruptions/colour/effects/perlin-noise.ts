import type { Effect } from '../effect.js';
import { perlin } from '../perlin.js';
import { sideOf } from '../square.js';
import { greysToImage } from '../values.js';

export const perlinNoise: Effect<{ readonly share: number }> = {
  definition:
    'The image gives way to `share` of grey turbulence: five octaves of Perlin noise, the coarsest of seven cells a side.',
  apply(image, { share }, random) {
    const side = sideOf(image);
    const noise = perlin(random);
    const cell = (32 * side) / 224;
    const grey = Float64Array.from({ length: side * side }, (_, at) => {
      const y = Math.floor(at / side) / cell;
      const x = (at % side) / cell;
      let turbulence = 0;
      for (let octave = 1; octave <= 16; octave *= 2) turbulence += Math.abs(noise(octave * y, octave * x)) / octave;
      return 255 * Math.min(1, 0.5 * turbulence + 0.5);
    });
    return greysToImage(
      image,
      Float64Array.from(image.data, (byte, at) => (1 - share) * byte + share * (grey[at % grey.length] ?? 0)),
    );
  },
};
