import type { NamedTensors } from '../models/initialise.js';
import { decays, elementCount, type ParameterTable } from '../models/parameters.js';

/** Where one parameter lies in the flat vector of its group. */
export interface ParameterSlot {
  readonly name: string;
  readonly shape: readonly number[];
  readonly offset: number;
  readonly size: number;
}

/** Parameters that are updated alike, laid end to end in one vector. */
export interface ParameterGroup {
  readonly name: string;
  readonly weightDecay: number;
  /** Factor of the learning rate. */
  readonly lrScale: number;
  readonly size: number;
  readonly slots: readonly ParameterSlot[];
}

/**
 * Groups the parameters that are trained: those that decay and those that do not, each by the factor of its learning
 * rate. The order inside a group is that of the table, so the layout, and with it every sum over a group, depends on the
 * model alone.
 *
 * @param lrScale factor of the learning rate of a parameter; left out, every rate is the schedule's and there are two groups
 */
export function layoutOf(
  table: ParameterTable,
  frozen: ReadonlySet<string>,
  weightDecay: number,
  lrScale?: (name: string) => number,
): ParameterGroup[] {
  const trained = table.filter(({ name }) => !frozen.has(name));
  const scaleOf = lrScale ?? (() => 1);
  const scales = [...new Set(trained.map(({ name }) => scaleOf(name)))].sort((left, right) => left - right);
  return scales
    .flatMap((scale, index) => {
      const members = trained.filter(({ name }) => scaleOf(name) === scale);
      // Numbered from the slowest: what is fine-tuned with layer decay has a group for every layer.
      const suffix = scales.length === 1 ? '' : `.${index}`;
      const plain = members.filter((spec) => !decays(spec));
      return [
        ...parts(`decay${suffix}`, weightDecay, scale, members.filter(decays)),
        ...parts(`plain${suffix}`, 0, scale, plain),
      ];
    })
    .filter(({ size }) => size > 0);
}

/**
 * Elements of a group, about: an optimizer passes a dozen times over the vectors of a group, which is fast while they stay
 * in the cache, and its intermediate results take a few times this much memory rather than a few times the model.
 */
const MOST_ELEMENTS = 1 << 20;

/** The group, cut between parameters into parts of about equal treatment; a model below the limit has one part. */
function parts(name: string, weightDecay: number, lrScale: number, table: ParameterTable): ParameterGroup[] {
  const tables: (typeof table)[number][][] = [[]];
  let size = 0;
  for (const spec of table) {
    const count = elementCount(spec.shape);
    if (size > 0 && size + count > MOST_ELEMENTS) {
      tables.push([]);
      size = 0;
    }
    tables.at(-1)?.push(spec);
    size += count;
  }
  return tables.map((part, i) => group(tables.length === 1 ? name : `${name}-${i}`, weightDecay, lrScale, part));
}

function group(name: string, weightDecay: number, lrScale: number, table: ParameterTable): ParameterGroup {
  const slots: ParameterSlot[] = [];
  let offset = 0;
  for (const { name: parameter, shape } of table) {
    const size = elementCount(shape);
    slots.push({ name: parameter, shape, offset, size });
    offset += size;
  }
  return { name, weightDecay, lrScale, size: offset, slots };
}

/** Copies the tensors of a group into one vector. Throws when one is missing or has another number of elements. */
export function pack(group: ParameterGroup, tensors: NamedTensors): Float32Array {
  const flat = new Float32Array(group.size);
  for (const { name, offset, size } of group.slots) {
    const data = tensors.get(name)?.data;
    if (data?.length !== size) {
      throw new RangeError(`Parameter ${name} has ${data?.length ?? 'no'} elements where ${size} are trained.`);
    }
    flat.set(data, offset);
  }
  return flat;
}

/** The tensors of a group out of its vector, copied. */
export function unpack(group: ParameterGroup, flat: Float32Array): NamedTensors {
  return new Map(
    group.slots.map(({ name, shape, offset, size }) => [name, { shape, data: flat.slice(offset, offset + size) }]),
  );
}
