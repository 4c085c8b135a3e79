import type { Effect } from '../effect.js';
import { gaussianFilter } from '../gaussian.js';
import { cutToBytes, unitValues } from '../values.js';
import { shadeOfWater } from '../water.js';

/** Pale turquoise and brown, as red, green, blue. */
const WATER = [175 / 255, 238 / 255, 238 / 255] as const;
const MUD = [63 / 255, 42 / 255, 20 / 255] as const;
/** Mud whose cover is thinner than this runs off. */
const THINNEST = 0.8;

interface SpatterLevel extends Readonly<Record<string, number>> {
  readonly mean: number;
  readonly deviation: number;
  readonly size: number;
  readonly threshold: number;
  readonly amount: number;
  readonly mud: number;
}

export const spatter: Effect<SpatterLevel> = {
  definition:
    'Normal noise (`mean`, `deviation`) blurred by `size` is liquid where it is at least `threshold`. Where `mud` is 0: water of colour (175, 238, 238), shaded by the distance to its rims, is added, `amount` at its brightest. Where it is 1: mud of colour (63, 42, 20), its rims blurred by `amount`, covers the image where the cover is at least 0.8.',
  apply(image, level, random) {
    const { height, width } = image;
    const noise = Float64Array.from({ length: height * width }, () => level.mean + level.deviation * random.normal());
    const blur = (plane: Float64Array, sigma: number) =>
      gaussianFilter(plane, height, width, { sigma, border: 'nearest', truncate: 4 });
    const liquid = blur(noise, level.size).map((value) => (value < level.threshold ? 0 : value));
    const values = unitValues(image);
    const plane = height * width;
    if (level.mud === 0) {
      const bytes = Uint8Array.from(liquid, (value) => Math.floor(value * 255));
      const shade = shadeOfWater(bytes, height, width);
      const wet = values.map(
        (value, at) => value + level.amount * (shade[at % plane] ?? 0) * (WATER[Math.floor(at / plane)] ?? 0),
      );
      return cutToBytes(image, wet);
    }
    const drops = liquid.map((value) => (value > level.threshold ? 1 : 0));
    const cover = blur(drops, level.amount).map((value) => (value < THINNEST ? 0 : value));
    const muddy = values.map((value, at) => {
      const thickness = cover[at % plane] ?? 0;
      return value * (1 - thickness) + (MUD[Math.floor(at / plane)] ?? 0) * thickness;
    });
    return cutToBytes(image, muddy);
  },
};
