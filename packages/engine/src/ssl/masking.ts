/** Which patches of one image the encoder sees, as MAE draws it from one noise number a patch. */
export interface Mask {
  /** Patch indices in the order of their noise: the first `visible` are seen, the rest are hidden. */
  readonly shuffle: Int32Array;
  /** For each patch its place in `shuffle` (MAE's `ids_restore`): shuffle[restore[i]] = i. */
  readonly restore: Int32Array;
  readonly visible: number;
}

/** Number of patches that stay visible: MAE keeps int(N·(1 − ratio)), and never none. */
export function visibleCount(patches: number, ratio: number): number {
  return Math.max(1, Math.floor(patches * (1 - ratio)));
}

/** Random masking by argsort of the noise (`random_masking` of models_mae.py); equal noise keeps the lower patch first. */
export function maskFromNoise(noise: ArrayLike<number>, ratio: number): Mask {
  const patches = noise.length;
  const order = Array.from({ length: patches }, (_, index) => index);
  const shuffle = Int32Array.from(order.sort((i, j) => (noise[i] ?? 0) - (noise[j] ?? 0) || i - j));
  const restore = new Int32Array(patches);
  for (const [place, patch] of shuffle.entries()) restore[patch] = place;
  return { shuffle, restore, visible: visibleCount(patches, ratio) };
}
