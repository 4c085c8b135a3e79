/** @file The edges of cv2.Canny on bytes (J. Canny 1986): Sobel 3×3, magnitude |dx| + |dy|, thresholds with hysteresis. */
import { BORDERS } from './border.js';

/** tan 22.5° in units of 2^-15, as OpenCV rounds it. */
const TAN_22 = 13_573;

/** 255 on an edge, else 0; [height, width]. */
export function cannyOfBytes(
  plane: ArrayLike<number>,
  height: number,
  width: number,
  low: number,
  high: number,
): Uint8Array {
  const { dx, dy, magnitude } = gradient(plane, height, width);
  const edges = new Uint8Array(height * width);
  const weak = new Uint8Array(height * width);
  const pending: number[] = [];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      const here = magnitude(y, x);
      if (here <= low || !isRidge(magnitude, y, x, dx[at] ?? 0, dy[at] ?? 0)) continue;
      weak[at] = 1;
      if (here > high) pending.push(at);
    }
  }
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    if (edges[at] === 255) continue;
    edges[at] = 255;
    const y = Math.floor(at / width);
    const x = at % width;
    for (let ny = Math.max(0, y - 1); ny <= Math.min(height - 1, y + 1); ny++) {
      for (let nx = Math.max(0, x - 1); nx <= Math.min(width - 1, x + 1); nx++) {
        if (weak[ny * width + nx] === 1) pending.push(ny * width + nx);
      }
    }
  }
  return edges;
}

function gradient(plane: ArrayLike<number>, height: number, width: number) {
  const dx = new Int32Array(height * width);
  const dy = new Int32Array(height * width);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (rows: number, columns: number) =>
        plane[BORDERS.nearest(y + rows, height) * width + BORDERS.nearest(x + columns, width)] ?? 0;
      dx[y * width + x] = at(-1, 1) + 2 * at(0, 1) + at(1, 1) - at(-1, -1) - 2 * at(0, -1) - at(1, -1);
      dy[y * width + x] = at(1, -1) + 2 * at(1, 0) + at(1, 1) - at(-1, -1) - 2 * at(-1, 0) - at(-1, 1);
    }
  }
  const magnitude = (y: number, x: number) =>
    y < 0 || y >= height || x < 0 || x >= width
      ? 0
      : Math.abs(dx[y * width + x] ?? 0) + Math.abs(dy[y * width + x] ?? 0);
  return { dx, dy, magnitude };
}

function isRidge(magnitude: (y: number, x: number) => number, y: number, x: number, dx: number, dy: number): boolean {
  const here = magnitude(y, x);
  const across = Math.abs(dx) * TAN_22;
  const steep = Math.abs(dy) * 2 ** 15;
  if (steep < across) return here > magnitude(y, x - 1) && here >= magnitude(y, x + 1);
  if (steep > across + Math.abs(dx) * 2 ** 16) return here > magnitude(y - 1, x) && here >= magnitude(y + 1, x);
  const side = (dx ^ dy) < 0 ? -1 : 1;
  return here > magnitude(y - 1, x - side) && here > magnitude(y + 1, x + side);
}
