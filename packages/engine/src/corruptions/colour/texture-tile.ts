import type { Random } from '../../random/index.js';
import { plasma } from '../plasma.js';

/**
 * A generated texture of one to two motifs: a plasma fractal with a stripe or a blot of another colour.
 *
 * @returns [3, side, side] in [0, 1]
 */
export function textureTile(side: number, random: Random): Float64Array {
  const grid = 2 ** Math.ceil(Math.log2(Math.max(2, side)));
  const cloud = plasma(grid, 1.5, random);
  const dark = Float64Array.from({ length: 3 }, () => random.uniform());
  const light = Float64Array.from({ length: 3 }, () => random.uniform());
  const motif = Float64Array.from({ length: 3 }, () => random.uniform());
  const turn = Math.PI * random.uniform();
  const middle = { x: side * random.uniform(), y: side * random.uniform() };
  const reach = (side / 2) * random.uniform();
  const round = random.integer(2) === 0;
  const tile = new Float64Array(3 * side * side);
  for (let at = 0; at < tile.length; at++) {
    const channel = Math.floor(at / (side * side));
    const y = Math.floor((at % (side * side)) / side);
    const x = at % side;
    const along = (x - middle.x) * Math.cos(turn) + (y - middle.y) * Math.sin(turn);
    const distance = round ? Math.sqrt((x - middle.x) ** 2 + (y - middle.y) ** 2) : Math.abs(along);
    const share = cloud[y * grid + x] ?? 0;
    const ground = (dark[channel] ?? 0) * (1 - share) + (light[channel] ?? 0) * share;
    tile[at] = distance < reach ? (ground + (motif[channel] ?? 0)) / 2 : ground;
  }
  return tile;
}
