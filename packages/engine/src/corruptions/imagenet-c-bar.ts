/**
 * @file The ten corruptions of ImageNet-C-bar (E. Mintun, A. Kirillov and S. Xie, "On interaction between augmentations and
 * corruptions in natural corruption robustness", 2021) for square images, published for 224×224 pixels. Its severities are
 * numbers of 0 … 10 that scale one parameter of each; the levels here are what they scale it to.
 */
import { atLevels, type ColourCorruption } from './colour/effect.js';
import { blueNoiseSample } from './colour/effects/blue-noise-sample.js';
import { brownishNoise } from './colour/effects/brownish-noise.js';
import { causticRefraction } from './colour/effects/caustic-refraction.js';
import { checkerboardCutout } from './colour/effects/checkerboard-cutout.js';
import { cocentricSineWaves } from './colour/effects/cocentric-sine-waves.js';
import { inverseSparkles } from './colour/effects/inverse-sparkles.js';
import { perlinNoise } from './colour/effects/perlin-noise.js';
import { plasmaNoise } from './colour/effects/plasma-noise.js';
import { singleFrequencyGreyscale } from './colour/effects/single-frequency-greyscale.js';
import { sparkles } from './colour/effects/sparkles.js';

export const imagenetCBar = {
  blue_noise_sample: atLevels(blueNoiseSample, [
    { threshold: -2.26 },
    { threshold: -2.02 },
    { threshold: -1.78 },
    { threshold: -1.3 },
    { threshold: -0.82 },
  ]),
  brownish_noise: atLevels(brownishNoise, [
    { intensity: 6.4 },
    { intensity: 12.8 },
    { intensity: 19.2 },
    { intensity: 25.6 },
    { intensity: 32.0 },
  ]),
  caustic_refraction: atLevels(causticRefraction, [
    { lens: 0.1175, light: 0.47 },
    { lens: 0.16, light: 0.64 },
    { lens: 0.245, light: 0.98 },
    { lens: 0.33, light: 1.32 },
    { lens: 0.4575, light: 1.83 },
  ]),
  checkerboard_cutout: atLevels(checkerboardCutout, [
    { fraction: 0.2 },
    { fraction: 0.3 },
    { fraction: 0.4 },
    { fraction: 0.5 },
    { fraction: 0.6 },
  ]),
  cocentric_sine_waves: atLevels(cocentricSineWaves, [
    { intensity: 38.4 },
    { intensity: 64.0 },
    { intensity: 102.4 },
    { intensity: 115.2 },
    { intensity: 128.0 },
  ]),
  inverse_sparkles: atLevels(inverseSparkles, [
    { steepness: 0.13 },
    { steepness: 0.26 },
    { steepness: 0.52 },
    { steepness: 1.17 },
    { steepness: 1.3 },
  ]),
  perlin_noise: atLevels(perlinNoise, [
    { share: 0.23 },
    { share: 0.26 },
    { share: 0.29 },
    { share: 0.38 },
    { share: 0.44 },
  ]),
  plasma_noise: atLevels(plasmaNoise, [
    { intensity: 30.4 },
    { intensity: 44.8 },
    { intensity: 54.4 },
    { intensity: 59.2 },
    { intensity: 64.0 },
  ]),
  single_frequency_greyscale: atLevels(singleFrequencyGreyscale, [
    { intensity: 19.6 },
    { intensity: 29.4 },
    { intensity: 39.2 },
    { intensity: 88.2 },
    { intensity: 98.0 },
  ]),
  sparkles: atLevels(sparkles, [
    { radius: 0.01 },
    { radius: 0.02 },
    { radius: 0.03 },
    { radius: 0.05 },
    { radius: 0.06 },
  ]),
} as const satisfies Readonly<Record<string, ColourCorruption>>;
