export type { ColourCorruption } from './colour/effect.js';
export {
  type ColourSuite,
  type ColourSuiteName,
  type CorruptionKey,
  colourSuites,
  corruptColourImage,
} from './colour-suites.js';
export type { Corruption, Plane } from './corruption.js';
export { corruptImage, MNIST_C_5, MNIST_CORRUPTIONS, type MnistCorruption, mnistC } from './suite.js';
