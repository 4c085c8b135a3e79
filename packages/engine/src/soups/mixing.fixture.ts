/** @file Random tensors of several models, and how a method mixes them. Used by tests only. */
import fc from 'fast-check';
import { type DType, numbersOf, tensorOf } from '../graph/index.js';
import type { JsonObject } from '../json.js';
import { keyed } from '../random/index.js';
import { findCut } from './delta/cuts.js';
import { mixingMethods } from './methods/index.js';
import type { MixInput, TensorMix } from './mixing.js';

/** A tensor of a stock and of some models, numbers of an element type that checkpoints have. */
export interface Models {
  readonly name: string;
  readonly shape: readonly number[];
  readonly base: Float64Array;
  readonly members: readonly Float64Array[];
  readonly seed: number;
}

const shapes = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 0, maxLength: 3 });
const dtypes: readonly DType[] = ['f16', 'bf16', 'f32', 'f64'];

/** Models that went some way from a common stock; most numbers changed, some did not. */
export function models({ least = 1, most = 4 }: { least?: number; most?: number } = {}): fc.Arbitrary<Models> {
  return fc
    .record({
      shape: shapes,
      count: fc.integer({ min: least, max: most }),
      dtype: fc.constantFrom(...dtypes),
      seed: fc.integer({ min: 0, max: 2 ** 31 }),
      step: fc.constantFrom(1e-3, 0.1, 1),
    })
    .map(({ shape, count, dtype, seed, step }) => {
      const size = shape.reduce((product, length) => product * length, 1);
      const random = keyed(seed, 'models');
      const stored = (values: Float64Array) => numbersOf(tensorOf(dtype, shape, values));
      const base = stored(Float64Array.from({ length: size }, () => random.normal()));
      const members = Array.from({ length: count }, () =>
        stored(base.map((value) => (random.uniform() < 0.1 ? value : value + step * random.normal()))),
      );
      return { name: `tensor.${seed}`, shape, base, members, seed };
    });
}

/** What the method of this name makes of the models; `seed` in place of their own where one is given. */
export function mixed(method: string, parameters: JsonObject, tensors: Models, seed = tensors.seed): Float64Array {
  const row = mixingMethods[method];
  if (row === undefined) throw new Error(`There is no method ${method}.`);
  const { name, shape, base, members } = tensors;
  const input: MixInput = { name, shape, base: row.needsBase ? base : null, members, random: keyed(seed, 'mix') };
  const mix = row.bind(parameters, members.length);
  return mix.mix(ofTheModel(mix, input, { name, base, members }));
}

/** The input with what the method asks of the whole model, which has this one tensor. */
export function ofTheModel(
  mix: TensorMix,
  input: MixInput,
  tensor: Pick<Models, 'name' | 'base' | 'members'>,
): MixInput {
  const cut = { ...input, ...cutsOf(mix, tensor) };
  return mix.balance === undefined ? cut : { ...cut, majority: Math.sign(mix.balance(cut)) };
}

function cutsOf(
  { keeps }: TensorMix,
  { name, base, members }: Pick<Models, 'name' | 'base' | 'members'>,
): Pick<MixInput, 'cuts'> {
  if (keeps === undefined) return {};
  const cuts = members.map((member) => {
    const values = member.map((value, at) => value - (base[at] ?? 0));
    const steps = findCut(() => [{ tensor: name, values }], keeps(values.length), values.length);
    for (let step = steps.next(); ; step = steps.next()) if (step.done === true) return step.value;
  });
  return { cuts };
}

/** The largest difference, divided by the largest magnitude there is, also among the numbers that both were computed from. */
export function apart(left: Float64Array, right: Float64Array, ...from: readonly Float64Array[]): number {
  if (left.length !== right.length) return Number.POSITIVE_INFINITY;
  const largest = Math.max(1e-300, ...[left, right, ...from].flatMap((values) => [...values]).map(Math.abs));
  const differences = left.map((value, at) => Math.abs(value - (right[at] ?? Number.NaN)));
  return differences.some(Number.isNaN) ? Number.POSITIVE_INFINITY : Math.max(0, ...differences) / largest;
}

export function plainMean(members: readonly Float64Array[]): Float64Array {
  return Float64Array.from(members[0] ?? [], (_, at) => {
    return members.reduce((sum, member) => sum + (member[at] ?? Number.NaN), 0) / members.length;
  });
}
