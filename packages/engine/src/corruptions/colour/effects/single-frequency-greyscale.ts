import { uniformBetween } from '../../../random/index.js';
import type { Effect } from '../effect.js';
import { greysToImage } from '../values.js';

export const singleFrequencyGreyscale: Effect<{ readonly intensity: number }> = {
  definition: 'A grey sine wave of random frequency, direction and phase, `intensity` greys high, is added.',
  apply(image, { intensity }, random) {
    const { height, width } = image;
    const larger = uniformBetween(random, -Math.PI, Math.PI);
    const smaller = uniformBetween(random, -Math.abs(larger), Math.abs(larger));
    const [alongX, alongY] = random.integer(2) === 0 ? [larger, smaller] : [smaller, larger];
    const phase = 2 * Math.PI * random.uniform();
    const wave = Float64Array.from({ length: height * width }, (_, at) =>
      Math.sin((at % width) * alongX + Math.floor(at / width) * alongY + phase),
    );
    return greysToImage(
      image,
      Float64Array.from(image.data, (byte, at) => byte + intensity * (wave[at % wave.length] ?? 0)),
    );
  },
};
