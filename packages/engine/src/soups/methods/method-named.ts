import { informedMethods } from '../informed/informed-methods.js';
import { mixingMethods } from './index.js';
import type { MethodEntry } from './method-entry.js';

const every: Readonly<Record<string, MethodEntry>> = { ...mixingMethods, ...informedMethods };

/** A method by the name that certificates have, also one that mixes by measurements. */
export function methodNamed(name: string): MethodEntry | undefined {
  return Object.hasOwn(every, name) ? every[name] : undefined;
}
