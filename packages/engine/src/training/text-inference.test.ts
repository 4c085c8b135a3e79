import { expect, test } from 'vitest';
import { GraphBuilder } from '../graph/builder.js';
import type { Tensor } from '../graph/tensor.js';
import { initialise } from '../models/initialise.js';
import { parameterValues } from '../models/parameter-values.js';
import { bertMicro } from '../models/text/bert-micro.fixture.js';
import { networkLength } from '../models/text/sequence-length.js';
import { textModel } from '../models/text/text-model.js';
import type { TokenSequence } from '../models/text/tokenizer.js';
import { keyed } from '../random/index.js';
import { interpret } from '../runtime/reference/interpret.js';
import { tokenFeeds } from './text-classification.js';
import { textNetwork } from './text-inference.js';

const LENGTH = 100;
const CLASSES = 3;
const architecture = bertMicro({ positions: LENGTH, pooling: 'mean' });
const model = textModel(architecture);
const tensors = new Map(
  [...initialise([...model.parameters, ...model.head(CLASSES)], 3)].map(([name, { shape, data }]): [string, Tensor] => [
    name,
    // Large enough weights that attention prefers some tokens.
    { dtype: 'f32', shape, data: data.map((value) => (name.endsWith('.weight') ? 8 * value : value)) },
  ]),
);

/** So many random tokens, padded to the longest. */
function sequence(tokens: number): TokenSequence {
  const random = keyed(3, tokens);
  const at = (value: (place: number) => number) => Array.from({ length: LENGTH }, (_, place) => value(place));
  return {
    ids: at((place) => (place < tokens ? random.integer(architecture.vocabulary) : 0)),
    types: at(() => 0),
    mask: at((place) => (place < tokens ? 1 : 0)),
  };
}

const sequences = [100, 3, 17, 16, 64, 33, 5, 65].map(sequence);

test('lengths of networks are powers of two from 16, and never more than what texts are cut at', () => {
  expect([1, 16, 17, 33, 64, 65, 128].map((tokens) => networkLength(tokens, 128))).toEqual([
    16, 16, 32, 64, 64, 128, 128,
  ]);
  expect([1, 17, 99].map((tokens) => networkLength(tokens, 100))).toEqual([16, 32, 100]);
  expect(networkLength(3, 8)).toBe(8);
});

test('short texts through short networks have the logits of the full length', async () => {
  const options = { gives: 'logits', batch: 3, threads: 1, device: 'cpu' } as const;
  await using network = await textNetwork(tensors, architecture, options);
  const found = await network.run(sequences);
  const b = new GraphBuilder();
  const values = parameterValues(new Map([...tensors].map(([name, { shape }]) => [name, b.input(name, 'f32', shape)])));
  const feeds = tokenFeeds(sequences);
  const { shape } = feeds.ids;
  const tokens = {
    ids: b.input('ids', 'i64', shape),
    types: b.input('types', 'i64', shape),
    mask: b.input('mask', 'f32', shape),
  };
  b.output('logits', model.classify(b, values, model.features(b, values, tokens)));
  const { logits } = interpret(b.build(), { ...Object.fromEntries(tensors), ...feeds });
  const right = [...(logits?.data ?? [])].map(Number);
  expect(Math.max(...right.map(Math.abs))).toBeGreaterThan(0.5);
  for (const [at, value] of right.entries()) expect(Math.abs((found[at] ?? Number.NaN) - value)).toBeLessThan(1e-4);
  // Each on its own, in any company, has the same bits.
  for (const [at, one] of sequences.entries()) {
    expect([...(await network.run([one]))]).toEqual([...found.subarray(at * CLASSES, (at + 1) * CLASSES)]);
  }
});
