import type { Random } from '../../random/index.js';

const CELLS = 256;

/** Gradient noise of K. Perlin (1985) over a random permutation and random unit gradients. */
export function perlin(random: Random): (x: number, y: number) => number {
  const gradients = Array.from({ length: CELLS }, () => unitVector(random));
  const order = random.permutation(CELLS);
  const curve = (t: number) => t * t * (3 - 2 * t);
  const corner = (cellX: number, cellY: number, x: number, y: number) => {
    const row = order[((cellX % CELLS) + CELLS) % CELLS] ?? 0;
    const gradient = gradients[order[(row + (((cellY % CELLS) + CELLS) % CELLS)) % CELLS] ?? 0];
    return x * (gradient?.x ?? 0) + y * (gradient?.y ?? 0);
  };
  return (x, y) => {
    const left = Math.floor(x);
    const top = Math.floor(y);
    const right = x - left;
    const below = y - top;
    const across = curve(right);
    const upper = corner(left, top, right, below);
    const upperFar = corner(left + 1, top, right - 1, below);
    const lower = corner(left, top + 1, right, below - 1);
    const lowerFar = corner(left + 1, top + 1, right - 1, below - 1);
    const a = upper + across * (upperFar - upper);
    const b = lower + across * (lowerFar - lower);
    return 1.5 * (a + curve(below) * (b - a));
  };
}

/** A point of a 512×512 grid about the middle, brought to length 1. */
function unitVector(random: Random): { readonly x: number; readonly y: number } {
  for (;;) {
    const x = random.integer(2 * CELLS) - CELLS;
    const y = random.integer(2 * CELLS) - CELLS;
    const length = Math.sqrt(x * x + y * y);
    if (length > 0) return { x: x / length, y: y / length };
  }
}
