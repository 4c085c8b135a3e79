import type { RawImage } from '../../data/raw-image.js';
import type { Random } from '../../random/index.js';

/** The numbers of one severity. */
export type Level = Readonly<Record<string, number>>;

/** What a corruption does to an image of three channels, with which numbers a suite says. Images are never changed in place. */
export interface Effect<L extends Level> {
  /** One sentence for the protocol document, with the names of the level's numbers in back quotes. */
  readonly definition: string;
  apply(image: RawImage, level: L, random: Random): RawImage | Promise<RawImage>;
}

/** An effect at the five severities of a suite. */
export interface ColourCorruption {
  readonly definition: string;
  /** Severities 1 to 5. */
  readonly levels: readonly Level[];
  /**
   * @param image three channels; RangeError for another number
   * @param severity 1 … 5; RangeError otherwise
   */
  apply(image: RawImage, severity: number, random: Random): Promise<RawImage>;
}

export function atLevels<L extends Level>(effect: Effect<L>, levels: readonly [L, L, L, L, L]): ColourCorruption {
  return {
    definition: effect.definition,
    levels,
    async apply(image, severity, random) {
      const level = levels[severity - 1];
      if (level === undefined) throw new RangeError(`Severity ${severity} was asked for; there are 1 to 5.`);
      if (image.channels !== 3) {
        throw new RangeError(
          `The image has ${image.channels} channel(s); these corruptions are of colour images: decode it with three channels.`,
        );
      }
      return effect.apply(image, level, random);
    },
  };
}
