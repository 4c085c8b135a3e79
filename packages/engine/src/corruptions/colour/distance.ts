/** @file Distances to the nearest marked pixel by a 5×5 chamfer mask (G. Borgefors 1986), with the weights of OpenCV. */

const STEPS = [
  { dy: 0, dx: -1, weight: 1 },
  { dy: -1, dx: 0, weight: 1 },
  { dy: -1, dx: -1, weight: 1.4 },
  { dy: -1, dx: 1, weight: 1.4 },
  { dy: -1, dx: -2, weight: 2.1969 },
  { dy: -1, dx: 2, weight: 2.1969 },
  { dy: -2, dx: -1, weight: 2.1969 },
  { dy: -2, dx: 1, weight: 2.1969 },
] as const;

/** @returns [height, width], in pixels; infinite where nothing is marked */
export function distanceToMarked(marked: Uint8Array, height: number, width: number): Float64Array {
  const distance = Float64Array.from(marked, (mark) => (mark === 0 ? Number.POSITIVE_INFINITY : 0));
  const pass = (forward: boolean) => {
    const sign = forward ? 1 : -1;
    for (let index = 0; index < distance.length; index++) {
      const at = forward ? index : distance.length - 1 - index;
      const y = Math.floor(at / width);
      const x = at % width;
      let least = distance[at] ?? 0;
      for (const { dy, dx, weight } of STEPS) {
        const fromY = y + sign * dy;
        const fromX = x + sign * dx;
        if (fromY < 0 || fromY >= height || fromX < 0 || fromX >= width) continue;
        least = Math.min(least, (distance[fromY * width + fromX] ?? 0) + weight);
      }
      distance[at] = least;
    }
  };
  pass(true);
  pass(false);
  return distance;
}
