import { aboutCentre, warpAffine } from '../data/warp.js';
import type { Plane } from './corruption.js';

/** The image seen through a linear map about its centre, then shifted; bilinear, black outside. */
export function warped(
  { height, width, pixels }: Plane,
  linear: { readonly xx: number; readonly xy: number; readonly yx: number; readonly yy: number },
  shift?: { readonly x: number; readonly y: number },
): Float64Array {
  return warpAffine(pixels, height, width, aboutCentre(linear, height, width, shift));
}

export const IDENTITY = { xx: 1, xy: 0, yx: 0, yy: 1 } as const;
