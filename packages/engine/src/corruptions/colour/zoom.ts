/**
 * The middle of a plane, enlarged bilinearly to the plane's own size: what scipy.ndimage.zoom of order 1 makes of the middle
 * `ceil(side / factor)` pixels, less what stands over on both sides.
 *
 * @param factor 1 or more
 */
export function zoomMiddle(plane: Float64Array, height: number, width: number, factor: number): Float64Array {
  const rows = axis(height, factor);
  const columns = axis(width, factor);
  const result = new Float64Array(height * width);
  for (let y = 0; y < height; y++) {
    const { low: top, high: bottom, share: down } = rows(y);
    for (let x = 0; x < width; x++) {
      const { low, high, share } = columns(x);
      const upper = (plane[top * width + low] ?? 0) * (1 - share) + (plane[top * width + high] ?? 0) * share;
      const lower = (plane[bottom * width + low] ?? 0) * (1 - share) + (plane[bottom * width + high] ?? 0) * share;
      result[y * width + x] = upper * (1 - down) + lower * down;
    }
  }
  return result;
}

/** For each pixel of the result the two of the source between which it lies. */
function axis(length: number, factor: number) {
  const taken = Math.ceil(length / factor);
  const first = Math.floor((length - taken) / 2);
  const enlarged = roundHalfToEven(taken * factor);
  const trimmed = Math.floor((enlarged - length) / 2);
  const scale = enlarged > 1 ? (taken - 1) / (enlarged - 1) : 0;
  const points = Array.from({ length }, (_, at) => {
    const from = Math.min((at + trimmed) * scale, taken - 1);
    const low = Math.min(Math.floor(from), Math.max(0, taken - 2));
    return { low: first + low, high: first + Math.min(low + 1, taken - 1), share: from - low };
  });
  const nowhere = { low: 0, high: 0, share: 0 };
  return (at: number) => points[at] ?? nowhere;
}

/** As Python rounds. */
function roundHalfToEven(value: number): number {
  const down = Math.floor(value);
  if (value - down !== 0.5) return Math.round(value);
  return down % 2 === 0 ? down : down + 1;
}
