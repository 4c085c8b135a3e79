/** @file A ViT that is small enough to train in a test. Used by tests only. */
import { type VitArchitecture, vitArchitectureSchema } from './architecture.js';

/** One block of width 8 over four patches of a grey image of 8 × 8, unless told otherwise. */
export function vitMiniature(change: Partial<VitArchitecture> = {}): VitArchitecture {
  const shape = { family: 'vit', image: 8, channels: 1, patch: 4, dim: 8, depth: 1, heads: 2, mlp: 16 };
  return vitArchitectureSchema.parse({ ...shape, ...change });
}
