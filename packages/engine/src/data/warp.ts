/** Maps a pixel of the result to the point of the source it shows: x' = xx·x + xy·y + x0, y' = yx·x + yy·y + y0. */
export interface AffineMap {
  readonly xx: number;
  readonly xy: number;
  readonly x0: number;
  readonly yx: number;
  readonly yy: number;
  readonly y0: number;
}

/** The map with the linear part [[xx, xy], [yx, yy]] that leaves the centre of the image where it is, then shifts. */
export function aboutCentre(
  linear: { readonly xx: number; readonly xy: number; readonly yx: number; readonly yy: number },
  height: number,
  width: number,
  shift: { readonly x: number; readonly y: number } = { x: 0, y: 0 },
): AffineMap {
  const { xx, xy, yx, yy } = linear;
  const centreX = (width - 1) / 2;
  const centreY = (height - 1) / 2;
  return {
    ...linear,
    x0: centreX - xx * centreX - xy * centreY + shift.x,
    y0: centreY - yx * centreX - yy * centreY + shift.y,
  };
}

/**
 * Resamples one plane bilinearly; outside the source lies black. f64 arithmetic in a fixed order: the same bytes on
 * every machine.
 *
 * @param source [height, width]
 * @returns [height, width], in the source's range
 */
export function warpAffine(
  source: ArrayLike<number>,
  height: number,
  width: number,
  map: AffineMap,
  result: Float64Array = new Float64Array(height * width),
): Float64Array {
  const at = (y: number, x: number) => (y < 0 || y >= height || x < 0 || x >= width ? 0 : (source[y * width + x] ?? 0));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const fromX = map.xx * x + map.xy * y + map.x0;
      const fromY = map.yx * x + map.yy * y + map.y0;
      const left = Math.floor(fromX);
      const top = Math.floor(fromY);
      const right = fromX - left;
      const below = fromY - top;
      const upper = at(top, left) * (1 - right) + at(top, left + 1) * right;
      const lower = at(top + 1, left) * (1 - right) + at(top + 1, left + 1) * right;
      result[y * width + x] = upper * (1 - below) + lower * below;
    }
  }
  return result;
}
