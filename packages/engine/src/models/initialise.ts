import { keyed, type Random } from '../random/index.js';
import { elementCount, type ParameterSpec, type ParameterTable } from './parameters.js';

/** Parameters by name, each as its shape and row-major f32 numbers. */
export type NamedTensors = ReadonlyMap<string, { readonly shape: readonly number[]; readonly data: Float32Array }>;

/**
 * Draws the first values of a table. Each tensor has a stream of its own, keyed by (seed, its name): adding a tensor to a
 * model leaves the others' first values alone.
 */
export function initialise(table: ParameterTable, seed: number): NamedTensors {
  return new Map(
    table.map((spec) => [
      spec.name,
      { shape: spec.shape, data: firstValues(spec, keyed(seed, 'initialise', spec.name)) },
    ]),
  );
}

function firstValues({ name, shape, initial }: ParameterSpec, random: Random): Float32Array {
  const count = elementCount(shape);
  switch (initial.kind) {
    case 'zeros':
      return new Float32Array(count);
    case 'ones':
      return new Float32Array(count).fill(1);
    case 'normal':
      return Float32Array.from({ length: count }, () => initial.std * random.normal());
    case 'xavier-uniform': {
      const bound = Math.sqrt(6 / (initial.fanIn + initial.fanOut));
      return Float32Array.from({ length: count }, () => bound * (2 * random.uniform() - 1));
    }
    case 'fixed': {
      const values = initial.values();
      if (values.length !== count) {
        throw new RangeError(`The fixed values of ${name} are ${values.length} numbers, its shape has ${count}.`);
      }
      return values;
    }
  }
}
