export type { Corruption, Plane } from './corruption.js';
export { corruptImage, MNIST_C_5, MNIST_CORRUPTIONS, type MnistCorruption, mnistC } from './suite.js';
