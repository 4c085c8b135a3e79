/** A decoded image of any size: unsigned bytes, one plane a channel. */
export interface RawImage {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  /** [channels, height, width]. */
  readonly data: Uint8Array;
}
