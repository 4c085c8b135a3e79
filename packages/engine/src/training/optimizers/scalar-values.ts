import type { GraphBuilder } from '../../graph/builder.js';
import type { Value } from '../../graph/graph.js';

/** A state vector or a scalar by its name; a miss is a mistake of the optimizer's code. */
export function named(values: Readonly<Record<string, Value>>, name: string): Value {
  const value = values[name];
  if (value === undefined) throw new Error(`The optimizer was given no value for ${name}.`);
  return value;
}

/** A rate times the factor of a group; no node when the factor is 1. */
export function scaled(b: GraphBuilder, rate: Value, lrScale: number): Value {
  return lrScale === 1 ? rate : b.mul(rate, lrScale);
}
