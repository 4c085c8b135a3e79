import { adamw } from './adamw.js';
import { lars } from './lars.js';
import type { Optimizer } from './optimizer.js';
import { sgd } from './sgd.js';

/** What a recipe may say of any optimizer; what is left out is the optimizer's own default. */
export interface OptimizerSettings {
  readonly momentum?: number;
  readonly nesterov?: boolean;
  readonly beta2?: number;
}

/** Every optimizer by the name that a recipe calls it: one file each, one interface, one table. */
export const optimizers = {
  adamw: ({ beta2 }) => adamw({ ...(beta2 === undefined ? {} : { beta2 }) }),
  sgd: ({ momentum, nesterov }) =>
    sgd({ ...(momentum === undefined ? {} : { momentum }), ...(nesterov === undefined ? {} : { nesterov }) }),
  lars: ({ momentum }) => lars({ ...(momentum === undefined ? {} : { momentum }) }),
} as const satisfies Readonly<Record<string, (settings: OptimizerSettings) => Optimizer>>;

export type OptimizerName = keyof typeof optimizers;
