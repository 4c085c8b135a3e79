/**
 * @file The corruptions of CIFAR-10-C and CIFAR-100-C: the effects of ImageNet-C with the parameters that were published for
 * images of 32×32 pixels, and in its order.
 */
import { atLevels, type ColourCorruption } from './colour/effect.js';
import { brightness } from './colour/effects/brightness.js';
import { contrast } from './colour/effects/contrast.js';
import { defocusBlur } from './colour/effects/defocus-blur.js';
import { elasticTransform } from './colour/effects/elastic-transform.js';
import { fog } from './colour/effects/fog.js';
import { gaussianBlur } from './colour/effects/gaussian-blur.js';
import { gaussianNoise } from './colour/effects/gaussian-noise.js';
import { glassBlur } from './colour/effects/glass-blur.js';
import { impulseNoise } from './colour/effects/impulse-noise.js';
import { jpegCompression } from './colour/effects/jpeg-compression.js';
import { motionBlur } from './colour/effects/motion-blur.js';
import { pixelate } from './colour/effects/pixelate.js';
import { saturate } from './colour/effects/saturate.js';
import { shotNoise } from './colour/effects/shot-noise.js';
import { snow } from './colour/effects/snow.js';
import { spatter } from './colour/effects/spatter.js';
import { speckleNoise } from './colour/effects/speckle-noise.js';
import { syntheticFrost } from './colour/effects/synthetic-frost.js';
import { zoomBlur } from './colour/effects/zoom-blur.js';

const SIDE = 32;

export const cifarC = {
  gaussian_noise: atLevels(gaussianNoise, [
    { deviation: 0.04 },
    { deviation: 0.06 },
    { deviation: 0.08 },
    { deviation: 0.09 },
    { deviation: 0.1 },
  ]),
  shot_noise: atLevels(shotNoise, [
    { photons: 500 },
    { photons: 250 },
    { photons: 100 },
    { photons: 75 },
    { photons: 50 },
  ]),
  impulse_noise: atLevels(impulseNoise, [
    { amount: 0.01 },
    { amount: 0.02 },
    { amount: 0.03 },
    { amount: 0.05 },
    { amount: 0.07 },
  ]),
  defocus_blur: atLevels(defocusBlur, [
    { radius: 0.3, softening: 0.4 },
    { radius: 0.4, softening: 0.5 },
    { radius: 0.5, softening: 0.6 },
    { radius: 1, softening: 0.2 },
    { radius: 1.5, softening: 0.1 },
  ]),
  glass_blur: atLevels(glassBlur, [
    { sigma: 0.05, reach: 1, rounds: 1 },
    { sigma: 0.25, reach: 1, rounds: 1 },
    { sigma: 0.4, reach: 1, rounds: 1 },
    { sigma: 0.25, reach: 1, rounds: 2 },
    { sigma: 0.4, reach: 1, rounds: 2 },
  ]),
  motion_blur: atLevels(motionBlur, [
    { radius: 6, sigma: 1 },
    { radius: 6, sigma: 1.5 },
    { radius: 6, sigma: 2 },
    { radius: 8, sigma: 2 },
    { radius: 9, sigma: 2.5 },
  ]),
  zoom_blur: atLevels(zoomBlur, [
    { end: 1.06, step: 0.01 },
    { end: 1.11, step: 0.01 },
    { end: 1.16, step: 0.01 },
    { end: 1.21, step: 0.01 },
    { end: 1.26, step: 0.01 },
  ]),
  snow: atLevels(snow, [
    { mean: 0.1, deviation: 0.2, zoom: 1, threshold: 0.6, radius: 8, sigma: 3, share: 0.95 },
    { mean: 0.1, deviation: 0.2, zoom: 1, threshold: 0.5, radius: 10, sigma: 4, share: 0.9 },
    { mean: 0.15, deviation: 0.3, zoom: 1.75, threshold: 0.55, radius: 10, sigma: 4, share: 0.9 },
    { mean: 0.25, deviation: 0.3, zoom: 2.25, threshold: 0.6, radius: 12, sigma: 6, share: 0.85 },
    { mean: 0.3, deviation: 0.3, zoom: 1.25, threshold: 0.65, radius: 14, sigma: 12, share: 0.8 },
  ]),
  synthetic_frost: atLevels(syntheticFrost, [
    { share: 1, frost: 0.2 },
    { share: 1, frost: 0.3 },
    { share: 0.9, frost: 0.4 },
    { share: 0.85, frost: 0.4 },
    { share: 0.75, frost: 0.45 },
  ]),
  fog: atLevels(fog, [
    { density: 0.2, decay: 3 },
    { density: 0.5, decay: 3 },
    { density: 0.75, decay: 2.5 },
    { density: 1, decay: 2 },
    { density: 1.5, decay: 1.75 },
  ]),
  brightness: atLevels(brightness, [{ light: 0.05 }, { light: 0.1 }, { light: 0.15 }, { light: 0.2 }, { light: 0.3 }]),
  contrast: atLevels(contrast, [{ factor: 0.75 }, { factor: 0.5 }, { factor: 0.4 }, { factor: 0.3 }, { factor: 0.15 }]),
  elastic_transform: atLevels(elasticTransform, [
    { alpha: 0, sigma: 0, affine: SIDE * 0.08 },
    { alpha: SIDE * 0.05, sigma: SIDE * 0.2, affine: SIDE * 0.07 },
    { alpha: SIDE * 0.08, sigma: SIDE * 0.06, affine: SIDE * 0.06 },
    { alpha: SIDE * 0.1, sigma: SIDE * 0.04, affine: SIDE * 0.05 },
    { alpha: SIDE * 0.1, sigma: SIDE * 0.03, affine: SIDE * 0.03 },
  ]),
  pixelate: atLevels(pixelate, [{ scale: 0.95 }, { scale: 0.9 }, { scale: 0.85 }, { scale: 0.75 }, { scale: 0.65 }]),
  jpeg_compression: atLevels(jpegCompression, [
    { quality: 80 },
    { quality: 65 },
    { quality: 58 },
    { quality: 50 },
    { quality: 40 },
  ]),
  speckle_noise: atLevels(speckleNoise, [
    { deviation: 0.06 },
    { deviation: 0.1 },
    { deviation: 0.12 },
    { deviation: 0.16 },
    { deviation: 0.2 },
  ]),
  gaussian_blur: atLevels(gaussianBlur, [{ sigma: 0.4 }, { sigma: 0.6 }, { sigma: 0.7 }, { sigma: 0.8 }, { sigma: 1 }]),
  spatter: atLevels(spatter, [
    { mean: 0.62, deviation: 0.1, size: 0.7, threshold: 0.7, amount: 0.5, mud: 0 },
    { mean: 0.65, deviation: 0.1, size: 0.8, threshold: 0.7, amount: 0.5, mud: 0 },
    { mean: 0.65, deviation: 0.3, size: 1, threshold: 0.69, amount: 0.5, mud: 0 },
    { mean: 0.65, deviation: 0.1, size: 0.7, threshold: 0.69, amount: 0.6, mud: 1 },
    { mean: 0.65, deviation: 0.1, size: 0.5, threshold: 0.68, amount: 0.6, mud: 1 },
  ]),
  saturate: atLevels(saturate, [
    { factor: 0.3, offset: 0 },
    { factor: 0.1, offset: 0 },
    { factor: 1.5, offset: 0 },
    { factor: 2, offset: 0.1 },
    { factor: 2.5, offset: 0.2 },
  ]),
} as const satisfies Readonly<Record<string, ColourCorruption>>;
