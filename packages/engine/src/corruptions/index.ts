export { type BenchmarkSuite, benchmarkSuites, type SuiteEntry } from './benchmark-suites.js';
export type { ColourCorruption } from './colour/effect.js';
export {
  type ColourSuite,
  type ColourSuiteName,
  type CorruptionKey,
  colourSuites,
  corruptColourImage,
} from './colour-suites.js';
export type { Corruption, Plane } from './corruption.js';
export { listCifarC } from './official/cifar-c-arrays.js';
export type { FolderSetOptions } from './official/folder-set.js';
export { listImagenetC, listImagenetCBar } from './official/imagenet-c-folders.js';
export { listLaionC } from './official/laion-c-folders.js';
export { type OfficialCell, type OfficialSet, OfficialSetError } from './official/official-set.js';
export { corruptImage, MNIST_C_5, MNIST_CORRUPTIONS, type MnistCorruption, mnistC } from './suite.js';
