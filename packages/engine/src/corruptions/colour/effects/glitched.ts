import type { RawImage } from '../../../data/raw-image.js';
import type { Random } from '../../../random/index.js';
import type { Effect } from '../effect.js';

export const glitched: Effect<{ readonly level: number }> = {
  definition:
    'The `level` of the package glitch-this: 2·level bands of rows move sideways by up to level²/100 of the width, a channel moves by up to 2·level pixels, and every other row, the first among them, turns black.',
  apply(image, { level }, random) {
    const { height, width, data } = image;
    const result = { ...image, data: Uint8Array.from(data) };
    const farthest = Math.trunc((level * level * width) / 100);
    const shifts = Math.trunc(2 * level);
    // Each band has its own stream, so that a higher level has the bands of a lower one and more.
    for (let band = 0; band < shifts; band++) moveBand(image, result.data, farthest, random.fork('band', band));
    const offset = random.fork('channel');
    const channel = offset.integer(3);
    moveChannel(
      image,
      result.data,
      channel,
      offset.integer(2 * shifts + 1) - shifts,
      offset.integer(2 * shifts + 1) - shifts,
    );
    for (let row = 0; row < 3 * height; row++) {
      if ((row % height) % 2 === 0) result.data.fill(0, row * width, (row + 1) * width);
    }
    return result;
  },
};

/** Rows of the source, moved to the right (to the left when the draw is below 0), what leaves coming in on the other side. */
function moveBand({ height, width, data }: RawImage, result: Uint8Array, farthest: number, random: Random): void {
  const offset = random.integer(2 * farthest + 1) - farthest;
  const top = random.integer(height + 1);
  const bottom = Math.min(height, top + 1 + random.integer(Math.max(1, Math.trunc(height / 4))));
  if (offset === 0) return;
  for (let channel = 0; channel < 3; channel++) {
    for (let y = top; y < bottom; y++) {
      const row = (channel * height + y) * width;
      for (let x = 0; x < width; x++) result[row + ((x + offset + width) % width)] = data[row + x] ?? 0;
    }
  }
}

/** A whole channel of the source, moved down and around; only the row that was first also moves sideways. */
function moveChannel(
  { height, width, data }: RawImage,
  result: Uint8Array,
  channel: number,
  offsetX: number,
  offsetY: number,
): void {
  const start = channel * height * width;
  for (let y = 0; y < height; y++) {
    const target = start + ((((y + offsetY) % height) + height) % height) * width;
    const sideways = y === 0 ? offsetX : 0;
    for (let x = 0; x < width; x++) {
      result[target + ((((x + sideways) % width) + width) % width)] = data[start + y * width + x] ?? 0;
    }
  }
}
