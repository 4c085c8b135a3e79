/** What lies beyond the edge: the outermost pixel, the image reflected with it doubled, or reflected about it. */
export type Border = 'nearest' | 'reflect' | 'reflect-101';

/** The pixel that stands at position `at` of a line of `length`, for any whole `at`. */
export const BORDERS: Readonly<Record<Border, (at: number, length: number) => number>> = {
  nearest: (at, length) => (at < 0 ? 0 : at >= length ? length - 1 : at),
  reflect(at, length) {
    const period = 2 * length;
    const inside = ((at % period) + period) % period;
    return inside < length ? inside : period - 1 - inside;
  },
  'reflect-101'(at, length) {
    if (length === 1) return 0;
    const period = 2 * length - 2;
    const inside = ((at % period) + period) % period;
    return inside < length ? inside : period - inside;
  },
};
