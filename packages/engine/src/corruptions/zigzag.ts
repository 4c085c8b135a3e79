import { defineCorruption, type Plane } from './corruption.js';
import { addInto, softLine } from './line.js';

/** Half the length of a zigzag along its axis, and how far it swings to either side, in pixels. */
const HALF_LENGTH = 2;
const SWING = 2;
const MARGIN = 2;

export const zigzag = defineCorruption({
  definition:
    '`lines` zigzag lines of swing 2 and period 8 pixels cross the image from column 2 to the third from the right, rising or falling by up to 5 rows. Severity 1 is that of MNIST-C.',
  levels: [{ lines: 1 }, { lines: 2 }, { lines: 3 }, { lines: 4 }, { lines: 5 }],
  apply: (image, { lines }, random) => {
    const result = image.pixels.slice();
    for (let count = 0; count < lines; count++) {
      const from = random.integer(image.height - 1);
      const to = from + random.integer(10) - 5;
      drawZigzag(image, from, to, result);
    }
    return result;
  },
});

/** The corners lie on a straight axis, alternately to its left and right, and are joined by soft lines. */
function drawZigzag(image: Plane, from: number, to: number, target: Float64Array): void {
  const across = image.width - 1 - 2 * MARGIN;
  const angle = Math.atan((to - from) / across);
  const length = across / Math.cos(angle);
  const corners = [{ along: 0, aside: 0 }];
  for (let along = HALF_LENGTH, side = SWING; along <= length; along += 2 * HALF_LENGTH, side = -side) {
    corners.push({ along, aside: side });
  }
  corners.push({ along: length, aside: 0 });
  const points = corners.map(({ along, aside }) => ({
    x: MARGIN + along * Math.cos(angle) - aside * Math.sin(angle),
    y: from + along * Math.sin(angle) + aside * Math.cos(angle),
  }));
  for (const [index, right] of points.entries()) {
    const left = points[index - 1];
    if (left !== undefined) addInto(target, softLine(image, left, right));
  }
}
