/** @file The miniatures that test/oracles/engine/families.py wrote: whole checkpoints of other libraries. Tests only. */
import { z } from 'zod';
import { gradients } from '../../autodiff/gradients.js';
import { GraphBuilder } from '../../graph/builder.js';
import type { Value } from '../../graph/graph.js';
import type { Tensor } from '../../graph/tensor.js';
import { numbersOf } from '../../graph/tensor.js';
import { compile } from '../../runtime/executable.js';
import { interpret } from '../../runtime/reference/interpret.js';
import { packedTensor, packedTensors, readFixture } from '../../testing/oracle.fixture.js';
import { type ParameterValues, parameterValues } from '../parameter-values.js';
import { logitsOf, visionModel } from '../vision-model.js';
import { FORMAT_NAMES, type ForeignCheckpoint } from './format.js';
import { type ImportedModel, importModel } from './import-model.js';
import { UNTOUCHED } from './record.js';

const one = z.object({
  name: z.string(),
  oracle: z.string(),
  quantity: z.enum(['logits', 'features', 'loss']),
  options: z.object({
    image: z.int().exactOptional(),
    heads: z.int().exactOptional(),
    format: z.enum(FORMAT_NAMES).exactOptional(),
  }),
  files: z.record(z.string(), z.string()),
  tensors: packedTensors,
  images: packedTensor,
  rows: packedTensor,
  probe: packedTensor,
  gradients: packedTensors,
});
export type Miniature = z.output<typeof one>;

export const miniatures: readonly Miniature[] = ['timm', 'huggingface', 'original'].flatMap(
  (family) => readFixture(new URL(`./fixtures/${family}.json`, import.meta.url), { cases: z.array(one) }).cases,
);

/** transformers' ViTMAE with its decoder: `rows` is its loss, which depends on what `shuffle` [batch, patches] shows it. */
export const { case: maePreTraining } = readFixture(new URL('./fixtures/mae-pretraining.json', import.meta.url), {
  case: one.extend({ shuffle: z.array(z.array(z.int())), mask: z.number() }),
});

export function miniature(name: string): Miniature {
  const found = miniatures.find((one) => one.name === name);
  if (found === undefined) throw new Error(`There is no miniature '${name}'.`);
  return found;
}

/** A miniature as a checkpoint on disk would look, with other tensors or files if given. */
export function checkpointOf(
  { name, tensors, files }: Pick<Miniature, 'name' | 'files'> & { readonly tensors: ReadonlyMap<string, Tensor> },
  source = name,
): ForeignCheckpoint {
  return {
    source,
    types: tensors,
    files: new Map(Object.entries(files)),
    read: async (wanted) => {
      const tensor = tensors.get(wanted);
      if (tensor === undefined) throw new Error(`There is no tensor ${wanted}.`);
      return tensor;
    },
  };
}

export function imported(one: Miniature): Promise<ImportedModel> {
  return importModel(checkpointOf(one), one.options);
}

/** What a graph computes from a miniature's images: logits, features, or a loss of shape [1]. */
export type Forward = (b: GraphBuilder, parameters: ParameterValues, images: Value, model: ImportedModel) => Value;

/** Logits of a model with a head, features of one without. */
const rowsOf: Forward = (b, parameters, images, { architecture, tensors }) => {
  const model = visionModel(architecture);
  return tensors.has('head.weight') ? logitsOf(model, b, parameters, images) : model.features(b, parameters, images);
};

/** Rows and the gradient of Σ rows·probe for every tensor of the model, under Stockpot's names. */
export async function computed(
  one: Miniature,
  arithmetic: 'f32' | 'f64',
  forward = rowsOf,
): Promise<Record<string, Tensor>> {
  const model = await imported(one);
  const { tensors } = model;
  const b = new GraphBuilder();
  const own = [...tensors].filter(([name]) => !name.startsWith(UNTOUCHED));
  const inputs = new Map(own.map(([name, { shape }]) => [name, b.input(name, 'f32', shape)]));
  const images = b.input('images', 'f32', one.images.shape);
  const parameters = parameterValues(inputs);
  const rows = forward(b, parameters, images, model);
  b.output('rows', rows);
  const loss = b.reduceSum(b.mul(rows, b.constant(one.probe.data, 'f32', one.probe.shape)), { keepdims: false });
  const names = [...inputs.keys()];
  for (const [index, gradient] of gradients(b, loss, [...inputs.values()]).entries()) {
    b.output(`gradient.${names[index]}`, gradient);
  }
  const graph = b.build();
  const feeds = { ...Object.fromEntries(own), images: one.images };
  if (arithmetic === 'f64') return interpret(graph, feeds);
  const executable = await compile(graph, { device: 'cpu', threads: 1 });
  try {
    return await executable.run(feeds);
  } finally {
    await executable.dispose();
  }
}

/** The largest difference between a library's gradients and ours, of each tensor relative to its largest magnitude. */
export async function gradientDifference(one: Miniature, arithmetic: 'f32' | 'f64', forward = rowsOf): Promise<number> {
  const outputs = await computed(one, arithmetic, forward);
  // Gradients of query, key and value belong together as their weights do: the key's bias alone has none.
  const expected = await importModel(checkpointOf({ ...one, tensors: one.gradients }), one.options);
  let largest = 0;
  for (const [name, gradient] of expected.tensors) {
    if (name.startsWith(UNTOUCHED)) continue;
    const found = outputs[`gradient.${name}`];
    if (found === undefined) throw new Error(`There is no gradient of ${name}.`);
    largest = Math.max(largest, relativeDifference(numbersOf(found), numbersOf(gradient)));
  }
  return largest;
}

function relativeDifference(found: Float64Array, expected: Float64Array): number {
  const size = Math.max(...expected.map(Math.abs), 1e-12);
  return Math.max(...found.map((value, index) => Math.abs(value - (expected[index] ?? Number.NaN)))) / size;
}
