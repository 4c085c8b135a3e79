/**
 * @file The six corruptions of LAION-C (F. Li, T. Klein, W. Brendel, R. Geirhos and R. Zimmermann, "LAION-C: an
 * out-of-distribution benchmark for web-scale vision models", 2025) for images of 224×224 pixels. Two of them paste
 * photographs that are not shipped: their stand-ins have other names.
 */
import { atLevels, type ColourCorruption } from './colour/effect.js';
import { geometricShapes } from './colour/effects/geometric-shapes.js';
import { glitched } from './colour/effects/glitched.js';
import { luminanceCheckerboard } from './colour/effects/luminance-checkerboard.js';
import { syntheticMosaic } from './colour/effects/synthetic-mosaic.js';
import { syntheticStickers } from './colour/effects/synthetic-stickers.js';
import { verticalLines } from './colour/effects/vertical-lines.js';

export const laionC = {
  synthetic_mosaic: atLevels(syntheticMosaic, [{ tile: 4 }, { tile: 6 }, { tile: 8 }, { tile: 16 }, { tile: 28 }]),
  glitched: atLevels(glitched, [{ level: 2 }, { level: 4 }, { level: 5 }, { level: 8 }, { level: 10 }]),
  vertical_lines: atLevels(verticalLines, [
    { lines: 224, step: 1 },
    { lines: 178, step: 2 },
    { lines: 112, step: 4 },
    { lines: 84, step: 6 },
    { lines: 60, step: 8 },
  ]),
  synthetic_stickers: atLevels(syntheticStickers, [
    { stickers: 100 },
    { stickers: 200 },
    { stickers: 400 },
    { stickers: 600 },
    { stickers: 1200 },
  ]),
  geometric_shapes: atLevels(geometricShapes, [
    { shapes: 150 },
    { shapes: 300 },
    { shapes: 600 },
    { shapes: 800 },
    { shapes: 1000 },
  ]),
  luminance_checkerboard: atLevels(luminanceCheckerboard, [
    { least: 0, most: 50 },
    { least: 50, most: 100 },
    { least: 100, most: 125 },
    { least: 125, most: 150 },
    { least: 150, most: 255 },
  ]),
} as const satisfies Readonly<Record<string, ColourCorruption>>;
