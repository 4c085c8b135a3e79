/** @file Methods of mixing beside what NumPy computed of the same numbers (`test/oracles/engine/mixing.py`). */
import { z } from 'zod';
import { keyed, Random } from '../random/index.js';
import { readFixture } from '../testing/oracle.fixture.js';
import { fisher, fisherSchema } from './informed/fisher.js';
import { regmean, regmeanSchema } from './informed/regmean.js';
import type { Statistics } from './informed/statistics.js';
import { mixingMethods } from './methods/index.js';
import { ofTheModel } from './mixing.fixture.js';

const vector = z.array(z.number()).transform((values) => Float64Array.from(values));
const parameters = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.number())]));
const one = { method: z.string(), parameters, expected: vector };

const oracle = readFixture(new URL('./fixtures/mixing.json', import.meta.url), {
  shape: z.array(z.int()),
  base: vector,
  members: z.array(vector),
  draws: z.array(vector),
  delta: z.array(z.strictObject(one)),
  spherical: z.array(z.strictObject({ ...one, about: z.string(), base: vector.nullable(), members: z.array(vector) })),
  fisher: z.strictObject({
    information: z.array(vector),
    cases: z.array(z.strictObject({ parameters, expected: vector })),
  }),
  regmean: z.strictObject({
    grams: z.array(vector),
    cases: z.array(z.strictObject({ alpha: z.number(), expected: vector })),
  }),
});

/** A stream that gives each ingredient the uniform numbers that the oracle used. */
class GivenDraws extends Random {
  #next = 0;
  readonly #values: Float64Array;

  constructor(values: Float64Array = new Float64Array()) {
    super(new Uint32Array(4));
    this.#values = values;
  }

  override fork(member: number): Random {
    return new GivenDraws(oracle.draws[member]);
  }

  override uniform(): number {
    const value = this.#values[this.#next++];
    if (value === undefined) throw new Error('A method drew more numbers than its tensor has elements.');
    return value;
  }
}

export interface MixingCase {
  readonly name: string;
  /** The largest difference, divided by the largest magnitude expected. */
  difference(): number;
}

const { shape, base, members } = oracle;
const input = { name: 'blocks.0.mlp.fc1.weight', shape, base, members, random: keyed(1) };
const told = (values: object) =>
  Object.entries(values)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ') || 'defaults';

function relative(found: Float64Array, expected: Float64Array): number {
  if (found.length !== expected.length) return Number.POSITIVE_INFINITY;
  const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const differences = found.map((value, at) => Math.abs(value - (expected[at] ?? Number.NaN)));
  return differences.some(Number.isNaN) ? Number.POSITIVE_INFINITY : Math.max(...differences) / largest;
}

function methodOf(name: string) {
  const method = mixingMethods[name];
  if (method === undefined) throw new Error(`There is no method ${name}.`);
  return method;
}

const statistics = (values: readonly Float64Array[]): Statistics => ({
  of: (member) => values[member] ?? null,
  mean: (member) => (values[member] ?? new Float64Array()).reduce((sum, value) => sum + value, 0) / base.length,
});

export const mixingCases: readonly MixingCase[] = [
  ...oracle.delta.map(({ method, parameters: given, expected }) => ({
    name: `${method}: ${told(given)}`,
    difference: () => {
      const mix = methodOf(method).bind(given, members.length);
      return relative(mix.mix(ofTheModel(mix, { ...input, random: new GivenDraws() }, input)), expected);
    },
  })),
  ...oracle.spherical.map(({ method, about, parameters: given, expected, ...tensors }) => ({
    name: `${method} of ${tensors.members.length}, ${about}: ${told(given)}`,
    difference: () =>
      relative(
        methodOf(method)
          .bind(given, tensors.members.length)
          .mix({ ...input, ...tensors }),
        expected,
      ),
  })),
  ...oracle.fisher.cases.map(({ parameters: given, expected }) => ({
    name: `fisher: ${told(given)}`,
    difference: () => {
      const mix = fisher.bind(fisherSchema.parse(given), members.length, statistics(oracle.fisher.information));
      return relative(mix.mix(input), expected);
    },
  })),
  ...oracle.regmean.cases.map(({ alpha, expected }) => ({
    name: `regmean: alpha ${alpha}`,
    difference: () => {
      const mix = regmean.bind(regmeanSchema.parse({ alpha }), members.length, statistics(oracle.regmean.grams));
      return relative(mix.mix(input), expected);
    },
  })),
];
