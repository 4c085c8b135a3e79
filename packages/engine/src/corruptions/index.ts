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
export { alignRows } from './official/align.js';
export { listCifarC } from './official/cifar-c-arrays.js';
export { listImagenetC, listImagenetCBar } from './official/imagenet-c-folders.js';
export { listLaionC } from './official/laion-c-folders.js';
export { listMnistC } from './official/mnist-c-arrays.js';
export { DIGEST_BYTES, type OfficialChoice, officialDigests, officialImages } from './official/official-images.js';
export {
  type OfficialCell,
  type OfficialOptions,
  type OfficialSet,
  OfficialSetError,
  officialCells,
} from './official/official-set.js';
export { officialSets } from './official/official-sets.js';
export { corruptImage, MNIST_C_5, MNIST_CORRUPTIONS, type MnistCorruption, mnistC } from './suite.js';
