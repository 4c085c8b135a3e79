import type { RawImage } from '../../data/raw-image.js';

/** The side of a square image. RangeError for others: the published formulas know one side only. */
export function sideOf({ height, width }: RawImage): number {
  if (height !== width) {
    throw new RangeError(
      `The image has ${height}×${width} pixels; this corruption is defined for square images: crop it first.`,
    );
  }
  return height;
}
