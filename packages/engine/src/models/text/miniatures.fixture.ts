/** @file The text miniatures that test/oracles/engine/text.py wrote, and what Stockpot computes from them. Tests only. */
import { z } from 'zod';
import { gradients } from '../../autodiff/gradients.js';
import { GraphBuilder } from '../../graph/builder.js';
import { numbersOf, type Tensor, tensorOf } from '../../graph/tensor.js';
import { compile } from '../../runtime/executable.js';
import { interpret } from '../../runtime/reference/interpret.js';
import { packedTensor, packedTensors, readFixture } from '../../testing/oracle.fixture.js';
import { smoothedTargets, softTargetCrossEntropy } from '../../training/cross-entropy.js';
import { tokenFeeds } from '../../training/text-classification.js';
import { parameterValues } from '../parameter-values.js';
import { type ForeignTextModel, importHuggingFaceBert } from './huggingface-bert.js';
import { textModel } from './text-model.js';

const rows = z.array(z.array(z.int()));

export const { cases: bertCases, sentences } = readFixture(new URL('./fixtures/bert.json', import.meta.url), {
  cases: z.array(
    z.object({
      name: z.string(),
      config: z.string(),
      weights: packedTensors,
      ids: rows,
      types: rows,
      mask: rows,
      labels: z.array(z.int()),
      labelSmoothing: z.number(),
      logits: packedTensor,
      gradients: packedTensors,
    }),
  ),
  sentences: z.object({
    config: z.string(),
    weights: packedTensors,
    ids: rows,
    mask: rows,
    features: packedTensor,
  }),
});
export type BertCase = (typeof bertCases)[number];

export const tokenizerFixture = readFixture(new URL('./fixtures/tokenizer.json', import.meta.url), {
  tokenizer: z.string(),
  config: z.string(),
  cases: z.array(
    z.object({
      text: z.string(),
      pair: z.string().nullable(),
      length: z.int(),
      ids: z.array(z.int()),
      types: z.array(z.int()),
      mask: z.array(z.int()),
    }),
  ),
});

/** Tensors and a configuration as a checkpoint on disk would look. */
export function foreignText(
  { weights, config }: { readonly weights: ReadonlyMap<string, Tensor>; readonly config: string },
  source = 'miniature',
): ForeignTextModel {
  return {
    source,
    types: weights,
    files: new Map([['config.json', config]]),
    read: async (name) => {
      const tensor = weights.get(name);
      if (tensor === undefined) throw new Error(`There is no tensor ${name}.`);
      return tensor;
    },
  };
}

function sequencesOf(ids: readonly (readonly number[])[], types: readonly (readonly number[])[], mask: typeof ids) {
  return ids.map((row, at) => ({ ids: row, types: types[at] ?? [], mask: mask[at] ?? [] }));
}

/** `logits`, and `gradient.<house name>` of the smoothed cross-entropy for every parameter. */
export async function computedBert(one: BertCase, arithmetic: 'f32' | 'f64'): Promise<Record<string, Tensor>> {
  const { architecture, tensors } = await importHuggingFaceBert(foreignText(one));
  const model = textModel(architecture);
  const feeds = tokenFeeds(sequencesOf(one.ids, one.types, one.mask));
  const b = new GraphBuilder();
  const inputs = new Map([...tensors].map(([name, { shape }]) => [name, b.input(name, 'f32', shape)]));
  const tokens = {
    ids: b.input('ids', 'i64', feeds.ids.shape),
    types: b.input('types', 'i64', feeds.types.shape),
    mask: b.input('mask', 'f32', feeds.mask.shape),
  };
  const parameters = parameterValues(inputs);
  const logits = model.classify(b, parameters, model.features(b, parameters, tokens));
  b.output('logits', logits);
  const classes = one.logits.shape[1] ?? 0;
  const targets = smoothedTargets(one.labels, classes, one.labelSmoothing);
  const loss = softTargetCrossEntropy(b, logits, b.constant(targets, 'f32', one.logits.shape));
  const names = [...inputs.keys()];
  for (const [index, gradient] of gradients(b, loss, [...inputs.values()]).entries()) {
    b.output(`gradient.${names[index]}`, gradient);
  }
  const graph = b.build();
  const given = { ...Object.fromEntries(tensors), ...feeds };
  if (arithmetic === 'f64') return interpret(graph, given);
  const executable = await compile(graph, { device: 'cpu', threads: 1 });
  try {
    return await executable.run(given);
  } finally {
    await executable.dispose();
  }
}

/** The largest difference of gradients, of each tensor relative to its largest magnitude. */
export async function bertGradientDifference(one: BertCase, arithmetic: 'f32' | 'f64'): Promise<number> {
  const outputs = await computedBert(one, arithmetic);
  const expected = await importHuggingFaceBert(foreignText({ weights: one.gradients, config: one.config }));
  // Query, key and value belong together: the bias of the keys alone has no gradient, softmax being what it is.
  const groupOf = (name: string) => name.replace(/\.self\.(query|key|value)\./, '.self.');
  const sizes = new Map<string, number>();
  for (const [name, gradient] of expected.tensors) {
    const size = Math.max(...numbersOf(gradient).map(Math.abs), sizes.get(groupOf(name)) ?? 1e-12);
    sizes.set(groupOf(name), size);
  }
  let largest = 0;
  for (const [name, gradient] of expected.tensors) {
    const found = outputs[`gradient.${name}`];
    if (found === undefined) return Number.POSITIVE_INFINITY;
    const numbers = numbersOf(found);
    const difference = Math.max(
      ...numbersOf(gradient).map((value, at) => Math.abs(value - (numbers[at] ?? Number.NaN))),
    );
    largest = Math.max(largest, difference / (sizes.get(groupOf(name)) ?? Number.NaN));
  }
  return largest;
}

/** Features of the sentence encoder: the mean of its tokens. */
export async function computedSentences(): Promise<Tensor> {
  const { architecture, tensors } = await importHuggingFaceBert(foreignText(sentences));
  const model = textModel(architecture);
  const zeros = sentences.ids.map((row) => row.map(() => 0));
  const feeds = tokenFeeds(sequencesOf(sentences.ids, zeros, sentences.mask));
  const b = new GraphBuilder();
  const inputs = new Map([...tensors].map(([name, { shape }]) => [name, b.input(name, 'f32', shape)]));
  const tokens = {
    ids: b.input('ids', 'i64', feeds.ids.shape),
    types: b.input('types', 'i64', feeds.types.shape),
    mask: b.input('mask', 'f32', feeds.mask.shape),
  };
  b.output('features', model.features(b, parameterValues(inputs), tokens));
  const executable = await compile(b.build(), { device: 'cpu', threads: 1 });
  try {
    const { features } = await executable.run({ ...Object.fromEntries(tensors), ...feeds });
    return features ?? tensorOf('f32', [0], []);
  } finally {
    await executable.dispose();
  }
}
