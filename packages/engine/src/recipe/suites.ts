/** @file What a plan must know of corruption suites: corruptions/ makes and reads the images. */
import type { CorruptionSuiteName } from './parameters.js';

interface SuiteFacts {
  /** Whether images are encoded or decoded on the way: generated ones by a corruption, official ones because they are files of images. */
  readonly coded: { readonly generated: boolean; readonly official: boolean };
  /** Severities of the official files. */
  readonly official: readonly number[];
}

const FIVE = [1, 2, 3, 4, 5];

export const suiteFacts: { readonly [Suite in CorruptionSuiteName]: SuiteFacts } = {
  'mnist-c': { coded: { generated: false, official: false }, official: [1] },
  'imagenet-c': { coded: { generated: true, official: true }, official: FIVE },
  'cifar-c': { coded: { generated: true, official: false }, official: FIVE },
  'imagenet-c-bar': { coded: { generated: false, official: true }, official: FIVE },
  'laion-c': { coded: { generated: false, official: true }, official: FIVE },
};
