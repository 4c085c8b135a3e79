import type { SplitRole } from '../recipe/parameters.js';
import type { RawImage } from './raw-image.js';
import type { TextExample } from './text-example.js';

/** Class numbers; as wide as the dataset needs. */
export type Labels = Uint8Array | Uint32Array;

/** What the splits of images and of texts have in common. Examples are named by their position, 0 … n−1. */
export interface LabelledSplit {
  readonly name: string;
  readonly role: SplitRole;
  readonly n: number;
  readonly contentHash: string;
  readonly classes: number;
  /** Classes [positions.length], each in 0 … classes−1; all examples in order when no positions are given. */
  labels(positions?: ArrayLike<number>): Labels;
}

/** A split of images. */
export interface Split extends LabelledSplit {
  /** Channels of every image, whatever its size: 1 or 3. */
  readonly channels: number;
  /** Whether images are files that are decoded when they are read; if not, their pixels are in memory. */
  readonly encoded: boolean;
  /** [c, h, w] where all images have one size; null where sizes differ: then `images` and `load` refuse, and `read` is the way. */
  readonly size: readonly [number, number, number] | null;
  /** `size`, for those who need one: throws DatasetError where sizes differ. */
  readonly image: readonly [number, number, number];
  /** One example, of the size that it has, decoded if need be. Throws DataFileError for one that is damaged or was changed. */
  read(position: number): Promise<RawImage>;
  /** Bytes [positions.length, c, h, w] of images of one size, decoded if need be; all examples when no positions are given. */
  load(positions?: ArrayLike<number>): Promise<Uint8Array>;
  /** As `load`, at once: for sets of pixels (IDX, CIFAR, NPY, NPZ), which are in memory. Throws DatasetError for encoded ones. */
  images(positions?: ArrayLike<number>): Uint8Array;
}

/** A split of texts. */
export interface TextSplit extends LabelledSplit {
  read(position: number): Promise<TextExample>;
}
