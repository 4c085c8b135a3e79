/**
 * @file Corruption suites for images of three channels. The images are generated from keyed randomness: they are not the
 * files of the published benchmarks, whose randomness was never seeded, and scores on the two are not comparable. The
 * protocol's name says so; a change of any definition is a new name.
 */
import type { RawImage } from '../data/raw-image.js';
import { keyed } from '../random/index.js';
import { cifarC } from './cifar-c.js';
import type { ColourCorruption } from './colour/effect.js';
import { imagenetC } from './imagenet-c.js';
import { imagenetCBar } from './imagenet-c-bar.js';
import { laionC } from './laion-c.js';

export interface ColourSuite {
  /** The name of this version of the definitions, on every number that was taken with them. */
  readonly protocol: string;
  /** Sides of the images that the parameters were published for. */
  readonly side: number;
  readonly corruptions: Readonly<Record<string, ColourCorruption>>;
}

export const colourSuites = {
  'imagenet-c': { protocol: 'imagenet-c-generated-1', side: 224, corruptions: imagenetC },
  'cifar-c': { protocol: 'cifar-c-generated-1', side: 32, corruptions: cifarC },
  'imagenet-c-bar': { protocol: 'imagenet-c-bar-generated-1', side: 224, corruptions: imagenetCBar },
  'laion-c': { protocol: 'laion-c-generated-1', side: 224, corruptions: laionC },
} as const satisfies Readonly<Record<string, ColourSuite>>;

export type ColourSuiteName = keyof typeof colourSuites;

/** Where a corrupted image comes from; the same key gives the same bytes. */
export interface CorruptionKey {
  readonly suite: ColourSuiteName;
  /** A name of the suite's table; RangeError for others, with the names that there are. */
  readonly corruption: string;
  /** 1 … 5 */
  readonly severity: number;
  /** The example's index in the dataset's files. */
  readonly example: number;
  /** Left out: 0. Another number gives another draw of the same benchmark. */
  readonly seed?: number;
}

/**
 * One corrupted image. Its randomness is keyed by seed, protocol, corruption and example, not by the severity: the
 * severities of an example share their draws.
 *
 * @param image three channels
 */
export async function corruptColourImage(
  image: RawImage,
  { suite, corruption, severity, example, seed = 0 }: CorruptionKey,
): Promise<RawImage> {
  const { protocol, corruptions }: ColourSuite = colourSuites[suite];
  const found = Object.hasOwn(corruptions, corruption) ? corruptions[corruption] : undefined;
  if (found === undefined) {
    throw new RangeError(`${suite} has no corruption ${corruption}: there are ${Object.keys(corruptions).join(', ')}.`);
  }
  return found.apply(image, severity, keyed(seed, protocol, corruption, example));
}
