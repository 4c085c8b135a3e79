/**
 * @file The corruptions of ImageNet-C (D. Hendrycks and T. Dietterich, "Benchmarking neural network robustness to common
 * corruptions and perturbations", 2019) with the published parameters for images of 224×224 pixels: fifteen to test on, in
 * their order, and four to validate on.
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

/** The published program says 244 where it means 224, the side of its images; the official images were made with 244. */
const SIDE = 244;

export const imagenetC = {
  gaussian_noise: atLevels(gaussianNoise, [
    { deviation: 0.08 },
    { deviation: 0.12 },
    { deviation: 0.18 },
    { deviation: 0.26 },
    { deviation: 0.38 },
  ]),
  shot_noise: atLevels(shotNoise, [{ photons: 60 }, { photons: 25 }, { photons: 12 }, { photons: 5 }, { photons: 3 }]),
  impulse_noise: atLevels(impulseNoise, [
    { amount: 0.03 },
    { amount: 0.06 },
    { amount: 0.09 },
    { amount: 0.17 },
    { amount: 0.27 },
  ]),
  defocus_blur: atLevels(defocusBlur, [
    { radius: 3, softening: 0.1 },
    { radius: 4, softening: 0.5 },
    { radius: 6, softening: 0.5 },
    { radius: 8, softening: 0.5 },
    { radius: 10, softening: 0.5 },
  ]),
  glass_blur: atLevels(glassBlur, [
    { sigma: 0.7, reach: 1, rounds: 2 },
    { sigma: 0.9, reach: 2, rounds: 1 },
    { sigma: 1, reach: 2, rounds: 3 },
    { sigma: 1.1, reach: 3, rounds: 2 },
    { sigma: 1.5, reach: 4, rounds: 2 },
  ]),
  motion_blur: atLevels(motionBlur, [
    { radius: 10, sigma: 3 },
    { radius: 15, sigma: 5 },
    { radius: 15, sigma: 8 },
    { radius: 15, sigma: 12 },
    { radius: 20, sigma: 15 },
  ]),
  zoom_blur: atLevels(zoomBlur, [
    { end: 1.11, step: 0.01 },
    { end: 1.16, step: 0.01 },
    { end: 1.21, step: 0.02 },
    { end: 1.26, step: 0.02 },
    { end: 1.31, step: 0.03 },
  ]),
  snow: atLevels(snow, [
    { mean: 0.1, deviation: 0.3, zoom: 3, threshold: 0.5, radius: 10, sigma: 4, share: 0.8 },
    { mean: 0.2, deviation: 0.3, zoom: 2, threshold: 0.5, radius: 12, sigma: 4, share: 0.7 },
    { mean: 0.55, deviation: 0.3, zoom: 4, threshold: 0.9, radius: 12, sigma: 8, share: 0.7 },
    { mean: 0.55, deviation: 0.3, zoom: 4.5, threshold: 0.85, radius: 12, sigma: 8, share: 0.65 },
    { mean: 0.55, deviation: 0.3, zoom: 2.5, threshold: 0.85, radius: 12, sigma: 12, share: 0.55 },
  ]),
  synthetic_frost: atLevels(syntheticFrost, [
    { share: 1, frost: 0.4 },
    { share: 0.8, frost: 0.6 },
    { share: 0.7, frost: 0.7 },
    { share: 0.65, frost: 0.7 },
    { share: 0.6, frost: 0.75 },
  ]),
  fog: atLevels(fog, [
    { density: 1.5, decay: 2 },
    { density: 2, decay: 2 },
    { density: 2.5, decay: 1.7 },
    { density: 2.5, decay: 1.5 },
    { density: 3, decay: 1.4 },
  ]),
  brightness: atLevels(brightness, [{ light: 0.1 }, { light: 0.2 }, { light: 0.3 }, { light: 0.4 }, { light: 0.5 }]),
  contrast: atLevels(contrast, [{ factor: 0.4 }, { factor: 0.3 }, { factor: 0.2 }, { factor: 0.1 }, { factor: 0.05 }]),
  elastic_transform: atLevels(elasticTransform, [
    { alpha: SIDE * 2, sigma: SIDE * 0.7, affine: SIDE * 0.1 },
    { alpha: SIDE * 2, sigma: SIDE * 0.08, affine: SIDE * 0.2 },
    { alpha: SIDE * 0.05, sigma: SIDE * 0.01, affine: SIDE * 0.02 },
    { alpha: SIDE * 0.07, sigma: SIDE * 0.01, affine: SIDE * 0.02 },
    { alpha: SIDE * 0.12, sigma: SIDE * 0.01, affine: SIDE * 0.02 },
  ]),
  pixelate: atLevels(pixelate, [{ scale: 0.6 }, { scale: 0.5 }, { scale: 0.4 }, { scale: 0.3 }, { scale: 0.25 }]),
  jpeg_compression: atLevels(jpegCompression, [
    { quality: 25 },
    { quality: 18 },
    { quality: 15 },
    { quality: 10 },
    { quality: 7 },
  ]),
  speckle_noise: atLevels(speckleNoise, [
    { deviation: 0.15 },
    { deviation: 0.2 },
    { deviation: 0.35 },
    { deviation: 0.45 },
    { deviation: 0.6 },
  ]),
  gaussian_blur: atLevels(gaussianBlur, [{ sigma: 1 }, { sigma: 2 }, { sigma: 3 }, { sigma: 4 }, { sigma: 6 }]),
  spatter: atLevels(spatter, [
    { mean: 0.65, deviation: 0.3, size: 4, threshold: 0.69, amount: 0.6, mud: 0 },
    { mean: 0.65, deviation: 0.3, size: 3, threshold: 0.68, amount: 0.6, mud: 0 },
    { mean: 0.65, deviation: 0.3, size: 2, threshold: 0.68, amount: 0.5, mud: 0 },
    { mean: 0.65, deviation: 0.3, size: 1, threshold: 0.65, amount: 1.5, mud: 1 },
    { mean: 0.67, deviation: 0.4, size: 1, threshold: 0.65, amount: 1.5, mud: 1 },
  ]),
  saturate: atLevels(saturate, [
    { factor: 0.3, offset: 0 },
    { factor: 0.1, offset: 0 },
    { factor: 2, offset: 0 },
    { factor: 5, offset: 0.1 },
    { factor: 20, offset: 0.2 },
  ]),
} as const satisfies Readonly<Record<string, ColourCorruption>>;
