import type { GraphBuilder } from '../../graph/builder.js';
import type { Value } from '../../graph/graph.js';
import { patchCount, patchGrid, patchWidth, type VitArchitecture } from './architecture.js';

/**
 * Cuts images [B, C, H, W] into patches [B, N, C·p·p], row by row; the numbers inside a patch are in the order channel,
 * row, column, which is the order of a convolution's kernel: patches × reshaped kernel is exactly the strided convolution.
 */
export function patchesForEmbedding(b: GraphBuilder, shape: VitArchitecture, images: Value): Value {
  return patches(b, shape, images, [0, 2, 4, 1, 3, 5]);
}

/** Cuts images into patches [B, N, p·p·C] with the order row, column, channel inside a patch: the targets of MAE. */
export function patchesForPixels(b: GraphBuilder, shape: VitArchitecture, images: Value): Value {
  return patches(b, shape, images, [0, 2, 4, 3, 5, 1]);
}

function patches(b: GraphBuilder, shape: VitArchitecture, images: Value, perm: readonly number[]): Value {
  const { channels, patch } = shape;
  const grid = patchGrid(shape);
  const batch = images.shape[0] ?? 0;
  const cut = b.reshape(images, [batch, channels, grid, patch, grid, patch]);
  return b.reshape(b.transpose(cut, { perm }), [batch, patchCount(shape), patchWidth(shape)]);
}
