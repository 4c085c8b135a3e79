import { defineCorruption } from './corruption.js';
import { plasma } from './plasma.js';

export const fog = defineCorruption({
  definition:
    'x becomes (x + density·plasma)·m/(m + density), with m the brightest pixel and a plasma fractal whose displacement falls by `decay`² per octave, over the smallest power of two that covers the image.',
  levels: [
    { density: 1.5, decay: 2 },
    { density: 2, decay: 2 },
    { density: 2.5, decay: 1.7 },
    { density: 2.5, decay: 1.5 },
    { density: 3, decay: 1.4 },
  ],
  apply: ({ height, width, pixels }, { density, decay }, random) => {
    const side = 2 ** Math.ceil(Math.log2(Math.max(height, width)));
    const cloud = plasma(side, decay, random);
    const brightest = pixels.reduce((largest, value) => Math.max(largest, value), 0);
    return pixels.map((value, at) => {
      const mist = cloud[Math.floor(at / width) * side + (at % width)] ?? 0;
      return ((value + density * mist) * brightest) / (brightest + density);
    });
  },
});
