import type { z } from 'zod';
import type { augmentation } from '../../recipe/parameters.js';
import { affine } from './affine.js';
import type { Augment } from './augmentation.js';
import { none } from './none.js';
import { shift } from './shift.js';

export type AugmentationName = z.infer<typeof augmentation>;

export const augmentations: { readonly [Name in AugmentationName]: Augment } = { none, shift, affine };
