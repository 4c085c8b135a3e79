import type { Random } from '../random/index.js';

/** A grey image of numbers in [0, 1], row-major. Corruptions make a new one and leave theirs as it is. */
export interface Plane {
  readonly height: number;
  readonly width: number;
  readonly pixels: Float64Array;
}

/** A corruption as its author writes it: what it does, and with which numbers at severities 1 to 5. */
export interface CorruptionSpec<Level extends Readonly<Record<string, number>>> {
  /** One sentence for the protocol document. */
  readonly definition: string;
  /** Severities 1 to 5. */
  readonly levels: readonly [Level, Level, Level, Level, Level];
  /** Values outside [0, 1] are clipped afterwards. */
  readonly apply: (image: Plane, level: Level, random: Random) => Float64Array;
}

/** A corruption with the type of its levels erased, so that all fit one table. */
export interface Corruption {
  readonly definition: string;
  readonly levels: readonly Readonly<Record<string, number>>[];
  /** @param severity 1 … 5 */
  readonly apply: (image: Plane, severity: number, random: Random) => Float64Array;
}

export function defineCorruption<Level extends Readonly<Record<string, number>>>(
  spec: CorruptionSpec<Level>,
): Corruption {
  return {
    definition: spec.definition,
    levels: spec.levels,
    apply(image, severity, random) {
      const level = spec.levels[severity - 1];
      if (level === undefined) throw new RangeError(`Severity ${severity} was asked for; there are 1 to 5.`);
      return spec.apply(image, level, random);
    },
  };
}

/** A new image whose every pixel is a function of the old one. */
export function mapPixels({ pixels }: Plane, change: (value: number) => number): Float64Array {
  return pixels.map(change);
}
