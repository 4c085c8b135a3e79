import { deltaMethods } from '../delta/index.js';
import { sphericalMethods } from '../spherical/index.js';
import { ema, lawa, swa } from './along-a-run.js';
import type { MethodEntry } from './method-entry.js';
import { uniform } from './uniform.js';
import { weighted } from './weighted.js';
import { wiseFt } from './wise-ft.js';

export {
  defineMethod,
  type MethodDescription,
  type MethodEntry,
  type MethodOption,
  type OptionKind,
} from './method-entry.js';

const table = {
  uniform,
  weighted,
  'wise-ft': wiseFt,
  ema,
  swa,
  lawa,
  ...deltaMethods,
  ...sphericalMethods,
} satisfies Record<string, MethodEntry>;

export type MixingMethodName = keyof typeof table;

/** Every method that mixes each tensor by itself, by its name in recipes, on the command line and in certificates. */
export const mixingMethods: Readonly<Record<string, MethodEntry>> = table;

export const isMixingMethod = (name: string): name is MixingMethodName => Object.hasOwn(table, name);
