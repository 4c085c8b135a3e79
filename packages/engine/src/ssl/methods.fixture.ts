/** @file The miniatures of `self_supervised.py`, as losses of the engine. Used by tests and fidelity rows. */
import { z } from 'zod';
import { gradients } from '../autodiff/gradients.js';
import { GraphBuilder } from '../graph/builder.js';
import type { DType } from '../graph/dtype.js';
import type { Graph, Value } from '../graph/graph.js';
import { numbersOf, type Tensor, tensorOf } from '../graph/tensor.js';
import { parameterValues } from '../models/parameter-values.js';
import { visionModel } from '../models/vision-model.js';
import { vitArchitectureSchema } from '../models/vit/architecture.js';
import { SSL_ALGORITHMS } from '../recipe/ssl-options.js';
import { compile } from '../runtime/executable.js';
import { interpret } from '../runtime/reference/index.js';
import { packedTensor, packedTensors, readFixture } from '../testing/oracle.fixture.js';
import { sslMethods } from './methods.js';
import { builtLoss } from './ssl-loss.fixture.js';
import type { SslLoss } from './ssl-method.js';

export const fixture = readFixture(new URL('./fixtures/ssl.json', import.meta.url), {
  architecture: vitArchitectureSchema,
  batch: z.int(),
  cases: z.array(
    z.object({
      name: z.string(),
      algorithm: z.enum(SSL_ALGORITHMS),
      options: z.record(z.string(), z.json()),
      weights: packedTensors,
      teacher: packedTensors,
      views: z.array(packedTensor),
      inputs: packedTensors,
      loss: z.number(),
      gradients: packedTensors,
    }),
  ),
});
export type SslCase = (typeof fixture.cases)[number];

export function lossOf({ algorithm, options }: SslCase): SslLoss {
  return sslMethods[algorithm].bind(fixture.architecture, options, { batch: fixture.batch, seed: 1 });
}

/** Names of the tensors that a loss trains on the miniature. */
export function trainedNames(loss: SslLoss): string[] {
  const table = [...visionModel(fixture.architecture).parameters, ...loss.parameters].map(({ name }) => name);
  return table.filter((name) => !loss.frozen.has(name));
}

/** The graph of loss and gradients, everything fed: weights under their names, the teacher's under `teacher.`. */
export function lossGraph(one: SslCase, dtype: DType): Graph {
  const loss = lossOf(one);
  const b = new GraphBuilder();
  const inputs = (prefix: string, tensors: SslCase['weights']) =>
    new Map(
      [...tensors].map(([name, { shape }]): [string, Value] => [name, b.input(`${prefix}${name}`, dtype, shape)]),
    );
  const parameters = parameterValues(inputs('', one.weights));
  const teacher = loss.teacher === undefined ? undefined : parameterValues(inputs('teacher.', one.teacher));
  const fed = new Map(
    [...one.inputs].map(([name, { shape }]): [string, Value] => [
      name,
      b.input(name, name === 'permutation' ? 'i32' : dtype, shape),
    ]),
  );
  const views = loss.views.map(({ name }, i) => b.input(name, dtype, one.views[i]?.shape ?? []));
  const given = (name: string): Value => {
    const value = fed.get(name);
    if (value === undefined) throw new Error(`The fixture has no ${name}.`);
    return value;
  };
  const context = {
    teacher: (name: string) => {
      if (teacher === undefined) throw new Error('The loss keeps no teacher.');
      return b.stopGradient(teacher(name));
    },
    memory: (name: string) => b.stopGradient(given(name)),
  };
  const built = builtLoss(loss, b, { parameters, views, input: given, context });
  b.output('loss', built.loss);
  for (const [name, value] of Object.entries(built.memory ?? {})) b.output(`memory.${name}`, value);
  const names = trainedNames(loss);
  for (const [i, gradient] of gradients(b, built.loss, names.map(parameters)).entries()) {
    b.output(`gradient.${names[i]}`, gradient);
  }
  return b.build();
}

function feedsOf(one: SslCase, graph: Graph): Record<string, Tensor> {
  const loss = lossOf(one);
  const all = new Map<string, Pick<Tensor, 'shape' | 'data'>>([
    ...one.weights,
    ...[...one.teacher].map(([name, tensor]): [string, Tensor] => [`teacher.${name}`, tensor]),
    ...one.inputs,
    ...loss.views.map(({ name }, i): [string, Pick<Tensor, 'shape' | 'data'>] => [
      name,
      one.views[i] ?? { shape: [], data: new Float32Array() },
    ]),
  ]);
  return Object.fromEntries(
    graph.inputs.map(({ name, dtype }) => {
      const tensor = all.get(name);
      if (tensor === undefined) throw new Error(`The fixture has nothing for the input ${name}.`);
      return [name, tensorOf(dtype, tensor.shape, Float64Array.from(tensor.data, Number))];
    }),
  );
}

export interface SslErrors {
  readonly loss: number;
  /** Largest difference of a tensor's gradient relative to its largest magnitude, over all tensors that have one. */
  readonly gradient: number;
  readonly worst: string;
}

/** How far loss and gradients are from torch's: in f64 on the reference interpreter, or in f32 on the cpu device. */
export async function sslErrors(one: SslCase, dtype: 'f64' | 'f32'): Promise<SslErrors> {
  const graph = lossGraph(one, dtype);
  const outputs = dtype === 'f64' ? interpret(graph, feedsOf(one, graph)) : await runOnCpu(graph, feedsOf(one, graph));
  const numbers = (name: string) => {
    const output = outputs[name];
    return output === undefined ? new Float64Array() : numbersOf(output);
  };
  let gradient = 0;
  let worst = '';
  const largest = Math.max(...[...one.gradients.values()].map(({ data }) => magnitude(data)));
  for (const [name, expected] of one.gradients) {
    const found = numbers(`gradient.${name}`);
    // A bias before batch normalisation has no gradient but rounding; that is measured by the largest gradient of all.
    const own = magnitude(expected.data);
    const size = own < 1e-9 * largest ? largest : own;
    const apart = Math.max(
      ...expected.data.map((value, i) => Math.abs(value - (found[i] ?? Number.POSITIVE_INFINITY))),
    );
    if (apart / size > gradient) [gradient, worst] = [apart / size, name];
  }
  return { loss: Math.abs((numbers('loss')[0] ?? Number.NaN) - one.loss) / Math.abs(one.loss), gradient, worst };
}

function magnitude(data: Float32Array): number {
  return Math.max(...data.map(Math.abs));
}

async function runOnCpu(graph: Graph, feeds: Record<string, Tensor>): Promise<Record<string, Tensor>> {
  const executable = await compile(graph, { device: 'cpu', threads: 1 });
  try {
    return await executable.run(feeds);
  } finally {
    await executable.dispose();
  }
}
