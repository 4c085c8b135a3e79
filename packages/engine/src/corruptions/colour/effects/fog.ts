import { plasma } from '../../plasma.js';
import type { Effect } from '../effect.js';
import { cutToBytes, unitValues } from '../values.js';

export const fog: Effect<{ readonly density: number; readonly decay: number }> = {
  definition:
    'x becomes (x + density·plasma)·m/(m + density), with m the brightest value and a plasma fractal whose displacement falls by `decay`² per octave, over the smallest power of two that covers the image.',
  apply(image, { density, decay }, random) {
    const { height, width } = image;
    const side = 2 ** Math.ceil(Math.log2(Math.max(height, width)));
    // The published fractal multiplies a uniform number of width `wibble` by `wibble`: it falls by decay² per octave.
    const cloud = plasma(side, decay, random);
    const values = unitValues(image);
    const brightest = values.reduce((most, value) => Math.max(most, value), 0);
    const plane = height * width;
    const foggy = values.map((value, at) => {
      const pixel = at % plane;
      const mist = cloud[Math.floor(pixel / width) * side + (pixel % width)] ?? 0;
      return ((value + density * mist) * brightest) / (brightest + density);
    });
    return cutToBytes(image, foggy);
  },
};
