import { uniformBetween } from '../../../random/index.js';
import type { Effect } from '../effect.js';
import { sideOf } from '../square.js';
import { greysToImage } from '../values.js';

export const plasmaNoise: Effect<{ readonly intensity: number }> = {
  definition:
    'The image is dimmed by `intensity` of 255, and coloured waves of that height are added whose argument was stirred by 4 … 6 rounds of finer waves.',
  apply(image, { intensity }, random) {
    const side = sideOf(image);
    const plane = side * side;
    const time = uniformBetween(random, 0, 6 * Math.PI);
    const rounds = 4 + random.integer(3);
    const sharpness = uniformBetween(random, 0.5, 1);
    const scale = uniformBetween(random, 0.075, 0.2) * side;
    const values = new Float64Array(image.data.length);
    for (let at = 0; at < plane; at++) {
      let x = (at % side) / scale;
      let y = Math.floor(at / side) / scale;
      let frequency = 1;
      let slowness = 1;
      let damping = 1;
      for (let round = 0; round < rounds; round++) {
        const along = Math.cos(y * frequency + time / slowness) / damping;
        const across = Math.sin(x * frequency + time / slowness) / damping;
        x += along - 0.3 * across;
        y += across + 0.3 * along;
        frequency *= 1.93;
        slowness *= 1.15;
        damping *= 2.25 - sharpness;
      }
      const waves = [Math.sin(x - time), Math.sin((x + y + Math.sin(time)) * 0.5), Math.sin(y + time)];
      for (const [channel, wave] of waves.entries()) {
        const pixel = channel * plane + at;
        values[pixel] = (1 - intensity / 255) * (image.data[pixel] ?? 0) + intensity * wave;
      }
    }
    return greysToImage(image, values);
  },
};
