import { luma } from '../../../data/image/index.js';
import { drawLine } from '../draw.js';
import type { Effect } from '../effect.js';

/** A black pixel bends a line this many pixels to the left. */
const SWING = 40;

export const verticalLines: Effect<{ readonly lines: number; readonly step: number }> = {
  definition:
    'The image is redrawn on black by `lines` lines from top to bottom, in pieces of `step` rows: each has the mean colour of its cell and ends up to 40 pixels to the left, the darker the farther.',
  apply(image, { lines, step }) {
    const { height, width, data } = image;
    const plane = height * width;
    const grey = luma(image);
    const drawn = { ...image, data: new Uint8Array(data.length) };
    const cellMean = (values: Uint8Array, start: number, left: number, right: number, top: number, bottom: number) => {
      let sum = 0;
      for (let x = left; x < right; x++) for (let y = top; y < bottom; y++) sum += values[start + y * width + x] ?? 0;
      return right > left ? Math.floor(sum / ((right - left) * (bottom - top))) : 0;
    };
    for (let line = 0; line < lines; line++) {
      const x = (line / lines) * width;
      const left = Math.trunc(x);
      const right = Math.min(Math.trunc(x + width / lines), width);
      let from = { x: left, y: 0 };
      for (let top = 0; top < height; top += step) {
        const bottom = Math.min(top + step, height);
        const colour = [
          cellMean(data, 0, left, right, top, bottom),
          cellMean(data, plane, left, right, top, bottom),
          cellMean(data, 2 * plane, left, right, top, bottom),
        ] as const;
        const shift = (1 - cellMean(grey, 0, left, right, top, bottom) / 255) * -SWING;
        const to = { x: Math.trunc(x + shift), y: top };
        drawLine(drawn, from, to, colour);
        from = to;
      }
    }
    return drawn;
  },
};
