import { resizeByBox } from '../../../data/image/index.js';
import type { Effect } from '../effect.js';

export const pixelate: Effect<{ readonly scale: number }> = {
  definition:
    "The image shrinks to ⌊scale·side⌋ pixels a side and grows back, both by the mean over boxes (Pillow's BOX).",
  apply(image, { scale }) {
    const { height, width } = image;
    const small = resizeByBox(image, { height: Math.floor(height * scale), width: Math.floor(width * scale) });
    return resizeByBox(small, { height, width });
  },
};
