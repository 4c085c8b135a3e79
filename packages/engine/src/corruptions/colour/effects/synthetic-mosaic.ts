import type { Effect } from '../effect.js';
import { textureTile } from '../texture-tile.js';
import { greysToImage } from '../values.js';

/** The tile of the highest severity. */
const LARGEST = 28;

export const syntheticMosaic: Effect<{ readonly tile: number }> = {
  definition:
    'Each square of `tile` pixels gives way to a generated texture of its mean colour and of √(tile/28) of the contrast; what is left at the right and lower edge is a smaller tile. LAION-C takes the photograph of nearest mean colour from a million: this is not its `mosaic`.',
  apply(image, { tile }, random) {
    const { height, width } = image;
    const values = new Float64Array(image.data.length);
    const contrast = 255 * Math.sqrt(tile / LARGEST);
    for (let top = 0; top < height; top += tile) {
      for (let left = 0; left < width; left += tile) {
        const texture = textureTile(tile, random.fork('tile', top, left));
        for (let channel = 0; channel < 3; channel++) {
          const cell = cellPixels(channel, top, left, tile, height, width);
          const mean = average(cell.map(({ pixel }) => image.data[pixel] ?? 0));
          const shade = average(cell.map(({ within }) => texture[within] ?? 0));
          for (const { pixel, within } of cell) values[pixel] = mean + contrast * ((texture[within] ?? 0) - shade);
        }
      }
    }
    return greysToImage(image, values);
  },
};

/** Positions in the image and in the tile of the pixels of one cell and channel. */
function cellPixels(channel: number, top: number, left: number, tile: number, height: number, width: number) {
  const pixels: { readonly pixel: number; readonly within: number }[] = [];
  for (let y = top; y < Math.min(height, top + tile); y++) {
    for (let x = left; x < Math.min(width, left + tile); x++) {
      pixels.push({
        pixel: (channel * height + y) * width + x,
        within: (channel * tile + y - top) * tile + x - left,
      });
    }
  }
  return pixels;
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
