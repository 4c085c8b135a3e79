import type { MethodEntry } from '../methods/method-entry.js';
import { karcher, multiSlerp } from './karcher.js';
import { modelStock } from './model-stock.js';
import { slerp } from './slerp.js';

/** Methods that mix by angles between tensors. */
export const sphericalMethods = {
  'model-stock': modelStock,
  slerp,
  'multi-slerp': multiSlerp,
  karcher,
} satisfies Record<string, MethodEntry>;
