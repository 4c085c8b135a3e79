import { defineCorruption } from './corruption.js';
import { addInto, softLine } from './line.js';

export const dottedLine = defineCorruption({
  definition:
    '`lines` soft lines are drawn from the left to the right edge between random rows, two columns on, two off. Severity 1 is that of MNIST-C.',
  levels: [{ lines: 1 }, { lines: 2 }, { lines: 3 }, { lines: 4 }, { lines: 5 }],
  apply: (image, { lines }, random) => {
    const { height, width } = image;
    const result = image.pixels.slice();
    for (let count = 0; count < lines; count++) {
      const left = { x: 0, y: random.integer(height - 1) };
      const right = { x: width - 1, y: random.integer(height - 1) };
      const line = softLine(image, left, right);
      addInto(
        result,
        line.map((value, at) => (Math.floor((at % width) / 2) % 2 === 0 ? 0 : value)),
      );
    }
    return result;
  },
});
