import { z } from 'zod';
import { object, oneOf } from './fields.js';

/** By what the order of units is found: Git Re-Basin has further ways, which look at data or at gradients. */
export const alignMethod = oneOf(['weights']);

/** What an alignment is told: nothing of it is drawn, and no data set looked at. */
export const alignParameters = object('alignment parameters', {
  algorithm: z.literal('aligned'),
  method: alignMethod,
});
export type AlignParameters = z.infer<typeof alignParameters>;
