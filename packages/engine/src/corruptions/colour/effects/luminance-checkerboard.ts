import { uniformBetween } from '../../../random/index.js';
import type { Effect } from '../effect.js';
import { greysToImage } from '../values.js';

const TILE = 14;

export const luminanceCheckerboard: Effect<{ readonly least: number; readonly most: number }> = {
  definition:
    'Tiles of 14 pixels are lightened and darkened in turn by a uniform number of `least` … `most` greys each; the first is lightened.',
  apply(image, { least, most }, random) {
    const { height, width, data } = image;
    const across = Math.ceil(width / TILE);
    const changes = Float64Array.from({ length: across * Math.ceil(height / TILE) }, (_, tile) => {
      const sign = (Math.floor(tile / across) + (tile % across)) % 2 === 0 ? 1 : -1;
      return sign * uniformBetween(random, least, most);
    });
    const plane = height * width;
    const values = Float64Array.from(data, (byte, at) => {
      const tileY = Math.floor(Math.floor((at % plane) / width) / TILE);
      const tileX = Math.floor((at % width) / TILE);
      return byte + (changes[tileY * across + tileX] ?? 0);
    });
    return greysToImage(image, values);
  },
};
