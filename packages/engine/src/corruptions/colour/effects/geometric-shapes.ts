import type { RawImage } from '../../../data/raw-image.js';
import type { Random } from '../../../random/index.js';
import { type Colour, type Corner, fill, fillPolygon } from '../draw.js';
import type { Effect } from '../effect.js';

type Draw = (image: RawImage, x: number, y: number, size: number, colour: Colour, degrees: number) => void;

const SHAPES: readonly Draw[] = [
  (image, x, y, size, colour) =>
    fillPolygon(
      image,
      [
        { x, y },
        { x: x + size, y },
        { x: x + size / 2, y: y + size },
      ],
      colour,
    ),
  (image, x, y, size, colour) =>
    fill(image, { left: x, top: y, right: x + size, bottom: y + size }, colour, () => true),
  (image, x, y, size, colour, degrees) => fillPolygon(image, star(x, y, size, degrees), colour),
  (image, x, y, size, colour) =>
    fill(
      image,
      { left: x, top: y, right: x + size, bottom: y + size },
      colour,
      (atX, atY) => (atX - x - size / 2) ** 2 + (atY - y - size / 2) ** 2 <= ((size + 1) / 2) ** 2,
    ),
];

export const geometricShapes: Effect<{ readonly shapes: number }> = {
  definition:
    '`shapes` triangles, squares, five-pointed stars and circles of 6 … 15 pixels, in random colours, are drawn at random places.',
  apply(image, { shapes }, random) {
    const drawn = { ...image, data: Uint8Array.from(image.data) };
    for (let shape = 0; shape < shapes; shape++) drawOne(drawn, random);
    return drawn;
  },
};

function drawOne(image: RawImage, random: Random): void {
  const draw = SHAPES[random.integer(SHAPES.length)];
  const x = random.integer(image.width);
  const y = random.integer(image.height);
  const size = 6 + random.integer(10);
  const colour = [random.integer(256), random.integer(256), random.integer(256)] as const;
  draw?.(image, x, y, size, colour, random.integer(360));
}

function star(x: number, y: number, size: number, degrees: number): readonly Corner[] {
  const outer = size / 1.2;
  return Array.from({ length: 10 }, (_, point) => {
    const angle = ((point * 36 + degrees) * Math.PI) / 180;
    const radius = point % 2 === 0 ? outer : outer / 2;
    return { x: x + radius * Math.sin(angle), y: y + radius * Math.cos(angle) };
  });
}
