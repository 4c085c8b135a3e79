interface Point {
  readonly x: number;
  readonly y: number;
}

/** The size that a weight on an edge takes up, in pixels of the unscaled graph. */
const LABEL = { width: 38, height: 16 };

/** Where the number of an edge stands, at a share `t` of its way: on the Bézier curve whose ends are horizontal. */
export function labelPlace(from: Point, to: Point, t: number): Point {
  return {
    x: from.x + (to.x - from.x) * t,
    y: from.y * ((1 - t) ** 3 + 3 * (1 - t) ** 2 * t) + to.y * (t ** 3 + 3 * (1 - t) * t ** 2),
  };
}

/** Whether two of the labels would lie on each other. */
export function crowded(places: readonly Point[]): boolean {
  const sorted = places.toSorted((a, b) => a.x - b.x);
  return sorted.some((one, index) => {
    for (let next = index + 1; next < sorted.length; next++) {
      const other = sorted[next];
      if (other === undefined || other.x - one.x >= LABEL.width) return false;
      if (Math.abs(other.y - one.y) < LABEL.height) return true;
    }
    return false;
  });
}
