import type { Effect } from '../effect.js';
import { textureTile } from '../texture-tile.js';

const SIDE = 16;

export const syntheticStickers: Effect<{ readonly stickers: number }> = {
  definition:
    '`stickers` generated textures of 16×16 pixels are laid at random places, the later over the earlier. LAION-C pastes photographs: this is not its `stickers`.',
  apply(image, { stickers }, random) {
    const { height, width } = image;
    const plane = height * width;
    const data = Uint8Array.from(image.data);
    for (let sticker = 0; sticker < stickers; sticker++) {
      const own = random.fork('sticker', sticker);
      const top = own.integer(Math.max(1, height - SIDE));
      const left = own.integer(Math.max(1, width - SIDE));
      const tile = textureTile(SIDE, own);
      for (const [at, value] of tile.entries()) {
        const y = top + Math.floor((at % (SIDE * SIDE)) / SIDE);
        const x = left + (at % SIDE);
        if (y >= height || x >= width) continue;
        data[Math.floor(at / (SIDE * SIDE)) * plane + y * width + x] = Math.floor(255 * value);
      }
    }
    return { ...image, data };
  },
};
