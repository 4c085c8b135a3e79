/** @file Filled shapes and lines on images of three channels. */
import type { RawImage } from '../../data/raw-image.js';

export type Colour = readonly [number, number, number];

export interface Corner {
  readonly x: number;
  readonly y: number;
}

/** Colours every pixel whose centre is inside, within the bounds; `data` is changed in place. */
export function fill(
  { height, width, data }: RawImage,
  bounds: { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number },
  colour: Colour,
  inside: (x: number, y: number) => boolean,
): void {
  for (let y = Math.max(0, Math.floor(bounds.top)); y <= Math.min(height - 1, Math.ceil(bounds.bottom)); y++) {
    for (let x = Math.max(0, Math.floor(bounds.left)); x <= Math.min(width - 1, Math.ceil(bounds.right)); x++) {
      if (inside(x, y)) dot({ channels: 3, height, width, data }, x, y, colour);
    }
  }
}

/** A polygon by the rule of even and odd crossings. */
export function fillPolygon(image: RawImage, corners: readonly Corner[], colour: Colour): void {
  const xs = corners.map(({ x }) => x);
  const ys = corners.map(({ y }) => y);
  const bounds = { left: Math.min(...xs), top: Math.min(...ys), right: Math.max(...xs), bottom: Math.max(...ys) };
  fill(image, bounds, colour, (x, y) => {
    let inside = false;
    for (const [index, from] of corners.entries()) {
      const to = corners[(index + 1) % corners.length] ?? from;
      if (from.y > y === to.y > y) continue;
      if (x < from.x + ((y - from.y) / (to.y - from.y)) * (to.x - from.x)) inside = !inside;
    }
    return inside;
  });
}

/** A line one pixel wide between two pixels, both included, by J. Bresenham's algorithm (1965) as Pillow draws it. */
export function drawLine(image: RawImage, from: Corner, to: Corner, colour: Colour): void {
  const dx = Math.abs(to.x - from.x);
  const dy = Math.abs(to.y - from.y);
  const stepX = to.x < from.x ? -1 : 1;
  const stepY = to.y < from.y ? -1 : 1;
  const long = Math.max(dx, dy);
  const short = Math.min(dx, dy);
  let error = 2 * short - long;
  let { x, y } = from;
  for (let drawn = 0; drawn < long; drawn++) {
    dot(image, x, y, colour);
    const turns = error >= 0;
    if (turns) error -= 2 * long;
    error += 2 * short;
    if (dx > dy || turns) x += dx > dy || short > 0 ? stepX : 0;
    if (dx <= dy || turns) y += dx <= dy || short > 0 ? stepY : 0;
  }
  dot(image, to.x, to.y, colour);
}

function dot({ height, width, data }: RawImage, x: number, y: number, colour: Colour): void {
  if (x < 0 || x >= width || y < 0 || y >= height) return;
  const plane = height * width;
  for (const [channel, value] of colour.entries()) data[channel * plane + y * width + x] = value;
}
