/** One image as it lies in its dataset: decoded, not yet resized, cropped or normalised. */
export interface RawImage {
  /** 1 (grey) or 3 (red, green, blue). */
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  /** Bytes [c, h, w]: one plane a channel. */
  readonly data: Uint8Array;
}
