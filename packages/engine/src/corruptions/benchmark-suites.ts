/** @file The suites that a benchmark can be made with, under the names that recipes give them. */
import { IMAGE_DECODER } from '../data/decoding/decoder.js';
import type { RawImage } from '../data/raw-image.js';
import type { ColourCorruption, Level } from './colour/effect.js';
import { type ColourSuiteName, colourSuites, corruptColourImage } from './colour-suites.js';
import { corruptImage, MNIST_C_5, type MnistCorruption, mnistC } from './suite.js';

export interface SuiteEntry {
  readonly definition: string;
  /** Severities 1 to 5. */
  readonly levels: readonly Level[];
  /**
   * @param severity 1 … 5
   * @param example the example's index in the dataset's files
   * @returns bytes [c, h, w]
   */
  corrupt(image: RawImage, severity: number, example: number): Promise<Uint8Array> | Uint8Array;
}

export interface BenchmarkSuite {
  readonly protocol: string;
  readonly channels: 1 | 3;
  /** Photographs of many sizes are cut to squares of this side before they are corrupted; null: images of one size only. */
  readonly side: number | null;
  /** In the order of the cells. What was published to validate on (ImageNet-C's four extra ones) is not among them. */
  readonly corruptions: ReadonlyMap<string, SuiteEntry>;
}

/** Published to tune on; a mean over them and the fifteen others together is no known score. */
const VALIDATION = ['speckle_noise', 'gaussian_blur', 'spatter', 'saturate'];

export const benchmarkSuites = {
  'mnist-c': {
    protocol: MNIST_C_5,
    channels: 1,
    side: null,
    corruptions: new Map(
      Object.keys(mnistC)
        .filter(isMnist)
        .map((name) => [name, mnistEntry(name)]),
    ),
  },
  'imagenet-c': colourSuite('imagenet-c'),
  'cifar-c': colourSuite('cifar-c'),
  'imagenet-c-bar': colourSuite('imagenet-c-bar'),
  'laion-c': colourSuite('laion-c'),
} as const satisfies Readonly<Record<string, BenchmarkSuite>>;

function isMnist(name: string): name is MnistCorruption {
  return Object.hasOwn(mnistC, name);
}

function mnistEntry(name: MnistCorruption): SuiteEntry {
  const { definition, levels } = mnistC[name];
  return {
    definition,
    levels,
    corrupt: ({ data, height, width }, severity, example) =>
      corruptImage(name, severity, data, { height, width }, example),
  };
}

function colourSuite(suite: ColourSuiteName): BenchmarkSuite {
  const table: Readonly<Record<string, ColourCorruption>> = colourSuites[suite].corruptions;
  const tested = Object.entries(table).filter(([name]) => !VALIDATION.includes(name));
  return {
    protocol: colourSuites[suite].protocol,
    channels: 3,
    side: colourSuites[suite].side,
    corruptions: new Map(
      tested.map(([name, { definition, levels }]): [string, SuiteEntry] => [
        name,
        {
          definition: name === 'jpeg_compression' ? `${definition} Encoder: ${IMAGE_DECODER}.` : definition,
          levels,
          corrupt: async (image, severity, example) =>
            (await corruptColourImage(image, { suite, corruption: name, severity, example })).data,
        },
      ]),
    ),
  };
}
