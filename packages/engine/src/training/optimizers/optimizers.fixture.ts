/** @file Runs an optimizer as the step graph does, on the gradients that the oracle of `optimizers.json` gave it. */
import { z } from 'zod';
import { GraphBuilder } from '../../graph/builder.js';
import { type Tensor, tensor } from '../../graph/tensor.js';
import type { NamedTensors } from '../../models/initialise.js';
import { compile } from '../../runtime/executable.js';
import { largestDifference, packedTensors, readFixture } from '../../testing/oracle.fixture.js';
import { layoutOf, type ParameterGroup, pack, unpack } from '../parameter-layout.js';
import { nextName, stateName } from '../state-vectors.js';
import { adamw } from './adamw.js';
import { lars } from './lars.js';
import type { Optimizer } from './optimizer.js';
import { sgd } from './sgd.js';

const oracle = readFixture(new URL('../fixtures/optimizers.json', import.meta.url), {
  steps: z.int(),
  start: packedTensors,
  plain: z.array(z.string()),
  half: z.array(z.string()),
  cases: z.array(
    z.object({
      name: z.string(),
      optimizer: z.enum(['adamw', 'sgd', 'lars']),
      options: z.record(z.string(), z.union([z.number(), z.boolean()])),
      lr: z.number(),
      weightDecay: z.number(),
      final: packedTensors,
    }),
  ),
});

export const optimizerCases = oracle.cases;

const makers: Readonly<Record<string, (options: Record<string, number | boolean>) => Optimizer>> = { adamw, sgd, lars };

/** The largest difference of any weight after the oracle's 100 steps. */
export async function optimizerDifference(one: (typeof oracle.cases)[number]): Promise<number> {
  const optimizer = makers[one.optimizer]?.(one.options);
  if (optimizer === undefined) throw new Error(`There is no optimizer ${one.optimizer}.`);
  const table = [...oracle.start].map(([name, { shape }]) => ({
    name,
    shape,
    initial: { kind: 'zeros' as const },
    decay: !oracle.plain.includes(name),
  }));
  const groups = layoutOf(table, new Set(), one.weightDecay, (name) => (oracle.half.includes(name) ? 0.5 : 1));
  const final = await runOptimizer(optimizer, groups, oracle.start, {
    steps: oracle.steps,
    lr: one.lr,
    gradient: gradientAt,
  });
  const differences = [...one.final].map(([name, expected]) =>
    largestDifference(final.get(name) ?? { data: new Float32Array() }, expected),
  );
  return Math.max(...differences);
}

/** The oracle's gradients: sines of sizes from 1e-3 to 1, none for the tensor that is still. */
function gradientAt(step: number): NamedTensors {
  return new Map(
    [...oracle.start].map(([name, { shape, data }], index) => [
      name,
      {
        shape,
        data: Float32Array.from(data, (_, i) =>
          name === 'still.weight' ? 0 : 10 ** ((i % 4) - 3) * Math.sin(0.7 * step + 1.3 * i + 0.1 + index),
        ),
      },
    ]),
  );
}

async function runOptimizer(
  optimizer: Optimizer,
  groups: readonly ParameterGroup[],
  start: NamedTensors,
  options: { steps: number; lr: number; gradient: (step: number) => NamedTensors },
): Promise<NamedTensors> {
  const b = new GraphBuilder();
  const names = Object.keys(optimizer.scalars(0, options.lr));
  const scalars = Object.fromEntries(names.map((name) => [name, b.input(name, 'f32', [])]));
  let vectors: Record<string, Tensor> = {};
  for (const group of groups) {
    const vector = (slot: string) => b.input(stateName(slot, group), 'f32', [group.size]);
    const state = Object.fromEntries(optimizer.slots.map((slot) => [slot, vector(slot)]));
    const values = { weights: vector('weights'), gradient: vector('gradient'), state };
    const next = optimizer.update(b, values, scalars, group);
    for (const [slot, value] of Object.entries({ weights: next.weights, ...next.state })) {
      b.output(nextName(slot, group), value);
      const first = slot === 'weights' ? pack(group, start) : new Float32Array(group.size);
      vectors[stateName(slot, group)] = tensor('f32', [group.size], first);
    }
  }
  const graph = b.build();
  const executable = await compile(graph, { device: 'cpu', threads: 1 });
  for (let step = 0; step < options.steps; step++) {
    const gradient = options.gradient(step);
    const outputs = await executable.run({
      ...vectors,
      ...Object.fromEntries(
        groups.map((group) => [stateName('gradient', group), tensor('f32', [group.size], pack(group, gradient))]),
      ),
      ...Object.fromEntries(
        Object.entries(optimizer.scalars(step, options.lr)).map(([name, value]) => [
          name,
          tensor('f32', [], Float32Array.of(value)),
        ]),
      ),
    });
    vectors = Object.fromEntries(Object.entries(vectors).map(([name, old]) => [name, outputs[`next.${name}`] ?? old]));
  }
  await executable.dispose();
  return new Map(
    groups.flatMap((group) => {
      const flat = vectors[stateName('weights', group)]?.data;
      if (!(flat instanceof Float32Array)) throw new Error(`There are no weights of ${group.name}.`);
      return [...unpack(group, flat)];
    }),
  );
}
