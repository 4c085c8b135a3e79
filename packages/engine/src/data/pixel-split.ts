import type { LabelledSplit, Labels, Split } from './split.js';

export type SplitIdentity = Pick<LabelledSplit, 'name' | 'role' | 'n' | 'contentHash' | 'classes'>;

/** Refuses a position that a split does not have. */
export function assertPosition({ name, n }: SplitIdentity, position: number): void {
  if (!Number.isInteger(position) || position < 0 || position >= n) {
    throw new RangeError(`Example ${position} of the split '${name}' was asked for; it has ${n}.`);
  }
}

/** A split whose pixels are in memory. */
export function pixelSplit(
  identity: SplitIdentity,
  data: {
    /** [c, h, w] of every image. */
    readonly size: readonly [number, number, number];
    /** Position in the split → row of `pixels` and of `labels`. */
    readonly indices: ArrayLike<number>;
    readonly pixels: Uint8Array;
    readonly labels: Labels;
  },
): Split {
  const { name, role, n, contentHash, classes } = identity;
  const { size, indices, pixels, labels } = data;
  const [channels, height, width] = size;
  const length = channels * height * width;
  const everything = Uint32Array.from({ length: n }, (_, position) => position);
  const indexOf = (position: number): number => {
    assertPosition(identity, position);
    return indices[position] ?? 0;
  };
  const images = (positions: ArrayLike<number> = everything) => {
    const result = new Uint8Array(positions.length * length);
    for (let i = 0; i < positions.length; i++) {
      const start = indexOf(positions[i] ?? -1) * length;
      result.set(pixels.subarray(start, start + length), i * length);
    }
    return result;
  };
  return {
    name,
    role,
    n,
    contentHash,
    classes,
    channels,
    encoded: false,
    size,
    image: size,
    async read(position) {
      const start = indexOf(position) * length;
      return { channels, height, width, data: pixels.slice(start, start + length) };
    },
    load: async (positions) => images(positions),
    images,
    labels: (positions = everything) => pick(labels, positions, indexOf),
  };
}

/** The labels of some positions, in an array of the same kind. */
export function pick(labels: Labels, positions: ArrayLike<number>, indexOf: (position: number) => number): Labels {
  const choose = (position: number) => labels[indexOf(position)] ?? 0;
  return labels instanceof Uint8Array ? Uint8Array.from(positions, choose) : Uint32Array.from(positions, choose);
}
