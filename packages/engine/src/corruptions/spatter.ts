import { defineCorruption } from './corruption.js';
import { gaussianBlur } from './gaussian.js';

/** Grey of the mud, of 255. */
const MUD = 63 / 255;
/** Drops whose cover is thinner than this run off. */
const THINNEST = 0.8;

export const spatter = defineCorruption({
  definition:
    'Normal noise (`mean`, `deviation`) blurred by `size`; where it exceeds `threshold`, softened by `edge`, mud of grey 63/255 covers the image where the cover is at least 0.8.',
  // The published levels 4 and 5 cover less of a 28-pixel image than level 3 does; these go on where it stops.
  levels: [
    { mean: 0.65, deviation: 0.3, size: 4, threshold: 0.69, edge: 0.6 },
    { mean: 0.65, deviation: 0.3, size: 3, threshold: 0.68, edge: 0.6 },
    { mean: 0.65, deviation: 0.3, size: 2, threshold: 0.68, edge: 0.5 },
    { mean: 0.65, deviation: 0.3, size: 2, threshold: 0.66, edge: 0.5 },
    { mean: 0.65, deviation: 0.3, size: 2, threshold: 0.64, edge: 0.5 },
  ],
  apply: (image, { mean, deviation, size, threshold, edge }, random) => {
    const { height, width, pixels } = image;
    const noise = Float64Array.from({ length: pixels.length }, () => mean + deviation * random.normal());
    const liquid = gaussianBlur({ height, width, pixels: noise }, size);
    const drops = liquid.map((value) => (value > threshold ? 1 : 0));
    const cover = gaussianBlur({ height, width, pixels: drops }, edge);
    return pixels.map((value, at) => {
      const thickness = cover[at] ?? 0;
      return thickness < THINNEST ? value : value * (1 - thickness) + MUD * thickness;
    });
  },
});
