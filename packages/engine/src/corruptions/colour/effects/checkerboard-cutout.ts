import { uniformBetween } from '../../../random/index.js';
import type { Effect } from '../effect.js';
import { sideOf } from '../square.js';

const GREY = 128;

export const checkerboardCutout: Effect<{ readonly fraction: number }> = {
  definition:
    'Every other cell of a turned checkerboard, cells of 0.1 … 0.25 of the side, turns grey (128) with probability `fraction`.',
  apply(image, { fraction }, random) {
    const side = sideOf(image);
    const angle = 2 * Math.PI * random.uniform();
    const scale = Math.max(1, uniformBetween(random, 0.1, 0.25) * side);
    const cells = Math.floor((4 * side) / scale);
    const cut = Uint8Array.from({ length: cells * cells }, () => (random.uniform() < fraction ? 1 : 0));
    const data = image.data.map((byte, at) => {
      const y = Math.floor((at % (side * side)) / side);
      const x = at % side;
      const ny = (Math.cos(angle) * y + Math.sin(angle) * x) / scale;
      const nx = (-Math.sin(angle) * y + Math.cos(angle) * x) / scale;
      const dark = Math.abs(Math.floor(ny) % 2) === Math.abs(Math.floor(nx) % 2);
      // Numbers below 0 count from the end, and −1 … 0 is cell 0: as the published program's indices do.
      const row = (Math.trunc(ny) + cells) % cells;
      const column = (Math.trunc(nx) + cells) % cells;
      return dark && cut[row * cells + column] === 1 ? GREY : byte;
    });
    return { ...image, data };
  },
};
