/** @file The edge detector of J. Canny (1986) with the defaults of scikit-image. */
import type { Plane } from './corruption.js';
import { gaussianBlur } from './gaussian.js';

const SIGMA = 1;
const LOW = 0.1;
const HIGH = 0.2;

/** 1 on an edge, else 0; [height, width]. The outermost pixels are never an edge. */
export function cannyEdges(image: Plane): Float64Array {
  const { height, width } = image;
  const { magnitude, gx, gy } = gradient(height, width, gaussianBlur(image, SIGMA));
  const thin = new Float64Array(height * width);
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const at = y * width + x;
      const here = magnitude[at] ?? 0;
      if (here >= LOW && isRidge(magnitude, at, width, gx[at] ?? 0, gy[at] ?? 0)) thin[at] = here;
    }
  }
  return connected(thin, width);
}

function gradient(height: number, width: number, pixels: Float64Array) {
  const gx = new Float64Array(height * width);
  const gy = new Float64Array(height * width);
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const at = (dy: number, dx: number) => pixels[(y + dy) * width + x + dx] ?? 0;
      gx[y * width + x] = at(-1, 1) + 2 * at(0, 1) + at(1, 1) - at(-1, -1) - 2 * at(0, -1) - at(1, -1);
      gy[y * width + x] = at(1, -1) + 2 * at(1, 0) + at(1, 1) - at(-1, -1) - 2 * at(-1, 0) - at(-1, 1);
    }
  }
  return { gx, gy, magnitude: gx.map((value, at) => Math.sqrt(value * value + (gy[at] ?? 0) ** 2)) };
}

/** Whether no point one pixel away along the gradient, between two neighbours, is steeper. */
function isRidge(magnitude: Float64Array, at: number, width: number, gx: number, gy: number): boolean {
  const alongX = Math.sign(gx);
  const alongY = Math.sign(gy) * width;
  const steep = Math.abs(gy) > Math.abs(gx);
  const straight = steep ? alongY : alongX;
  const share = steep ? Math.abs(gx / gy) : Math.abs(gy / gx);
  const here = magnitude[at] ?? 0;
  return [1, -1].every((side) => {
    const near = magnitude[at + side * straight] ?? 0;
    const diagonal = magnitude[at + side * (alongX + alongY)] ?? 0;
    return here >= near * (1 - share) + diagonal * share;
  });
}

/** Weak edges count when they are joined to a strong one, also by corners. */
function connected(thin: Float64Array, width: number): Float64Array {
  const edges = new Float64Array(thin.length);
  const pending = [...thin.keys()].filter((at) => (thin[at] ?? 0) >= HIGH);
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    if (edges[at] === 1) continue;
    edges[at] = 1;
    for (const dy of [-width, 0, width]) {
      for (const dx of [-1, 0, 1]) {
        if ((thin[at + dy + dx] ?? 0) > 0) pending.push(at + dy + dx);
      }
    }
  }
  return edges;
}
