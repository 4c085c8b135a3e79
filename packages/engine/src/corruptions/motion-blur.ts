import { defineCorruption } from './corruption.js';

export const motionBlur = defineCorruption({
  definition:
    'Each pixel becomes the mean of the points 0 … 2·radius pixels away in one direction, bilinear, weighted by exp(−distance²/(2·sigma²)); the direction is uniform within 45° of the rows; black outside.',
  levels: [
    { radius: 10, sigma: 3 },
    { radius: 15, sigma: 5 },
    { radius: 15, sigma: 8 },
    { radius: 15, sigma: 12 },
    { radius: 20, sigma: 15 },
  ],
  apply: ({ height, width, pixels }, { radius, sigma }, random) => {
    const angle = ((2 * random.uniform() - 1) * Math.PI) / 4;
    const stepX = Math.cos(angle);
    const stepY = Math.sin(angle);
    const weights = Float64Array.from({ length: 2 * radius + 1 }, (_, at) =>
      Math.exp(-(at * at) / (2 * sigma * sigma)),
    );
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const at = (y: number, x: number) =>
      y < 0 || y >= height || x < 0 || x >= width ? 0 : (pixels[y * width + x] ?? 0);
    const result = new Float64Array(height * width);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        let sum = 0;
        for (let distance = 0; distance < weights.length; distance++) {
          const fromX = x + distance * stepX;
          const fromY = y + distance * stepY;
          const left = Math.floor(fromX);
          const top = Math.floor(fromY);
          const right = fromX - left;
          const below = fromY - top;
          const upper = at(top, left) * (1 - right) + at(top, left + 1) * right;
          const lower = at(top + 1, left) * (1 - right) + at(top + 1, left + 1) * right;
          sum += (weights[distance] ?? 0) * (upper * (1 - below) + lower * below);
        }
        result[y * width + x] = sum / total;
      }
    }
    return result;
  },
});
