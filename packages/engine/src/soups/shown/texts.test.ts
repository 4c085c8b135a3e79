import { describe, expect, test } from 'vitest';
import { numbersOf, type Tensor } from '../../graph/tensor.js';
import { initialise } from '../../models/initialise.js';
import { bertMicro } from '../../models/text/bert-micro.fixture.js';
import { tokenizerFixture } from '../../models/text/miniatures.fixture.js';
import { tokenCount } from '../../models/text/sequence-length.js';
import { textModel } from '../../models/text/text-model.js';
import { openTokenizer } from '../../models/text/tokenizer.js';
import { keyed } from '../../random/index.js';
import { textNetwork } from '../../training/text-inference.js';
import { selectionLesson } from '../choosing/lessons.js';
import { diagonalFisher } from '../informed/diagonal-fisher.js';
import { gramMatrices } from '../informed/gram-matrices.js';
import { measuredClassifier } from '../informed/measured-model.js';
import { apart } from '../mixing.fixture.js';
import { shownTexts } from './texts.js';

const CLASSES = 3;
const architecture = bertMicro();
const model = textModel(architecture);
const tensors: ReadonlyMap<string, Tensor> = new Map(
  [...initialise([...model.parameters, ...model.head(CLASSES)], 1)].map(([name, { shape, data }]): [string, Tensor] => {
    const random = keyed(2, name);
    return [name, { dtype: 'f32', shape, data: data.map((value) => value + 0.3 * random.normal()) }];
  }),
);
const tokenizer = openTokenizer('fixture', tokenizerFixture.tokenizer, tokenizerFixture.config);
const sequences = tokenizerFixture.cases
  .slice(0, 7)
  .map(({ text, pair }) => tokenizer.encode(text, pair, architecture.positions));
const labels = sequences.map((_, place) => place % CLASSES);
const shown = shownTexts(architecture, sequences);
const classifier = measuredClassifier(shown.model, CLASSES);
const numbers = (name: string) => numbersOf(tensors.get(name) as Tensor);

async function rowsOf(gives: 'features' | 'logits'): Promise<Float32Array> {
  await using network = await textNetwork(tensors, architecture, { gives, batch: 4, threads: 1, device: 'cpu' });
  return await network.run(sequences);
}

describe('texts that soups are chosen by', () => {
  test('are of several lengths', () => {
    expect(new Set(sequences.map(tokenCount)).size).toBeGreaterThan(4);
  });

  test('a learned soup sees the loss that evaluations see, in batches of which the last is short', async () => {
    const logits = await rowsOf('logits');
    const losses = sequences.map((_, row) => {
      const own = [...logits.subarray(row * CLASSES, (row + 1) * CLASSES)];
      return Math.log(own.reduce((sum, logit) => sum + Math.exp(logit), 0)) - (own[labels[row] ?? 0] ?? 0);
    });
    await using lesson = await selectionLesson(shown, { classes: CLASSES, labels, batch: 4, seed: 3, threads: 1 });
    expect(lesson.batches).toBe(2);
    const order = keyed(3, 'lesson', 0).permutation(sequences.length);
    for (const [batch, places] of [order.subarray(0, 4), order.subarray(4)].entries()) {
      const { loss, slopes } = await lesson.look(tensors, 1, 0, batch);
      const mean = [...places].reduce((sum, place) => sum + (losses[place] ?? 0), 0) / places.length;
      expect(loss).toBeCloseTo(mean, 5);
      // The slope by a bias of the head: softmax less one for the label, on average.
      const slope = [...places].reduce((sum, place) => {
        const own = [...logits.subarray(place * CLASSES, (place + 1) * CLASSES)].map(Math.exp);
        const share = (own[0] ?? 0) / own.reduce((total, power) => total + power, 0);
        return sum + (share - (labels[place] === 0 ? 1 : 0)) / places.length;
      }, 0);
      expect(slopes.get('head.bias')?.[0]).toBeCloseTo(slope, 5);
    }
  });

  test('Fisher information does not depend on padding', async () => {
    const options = { threads: 1, labels: 'expected' } as const;
    const padded = await diagonalFisher(classifier, tensors, shown.examples, options);
    const exact = { ...shown.examples, roomFor: (size: number) => size };
    const bare = await diagonalFisher(classifier, tensors, exact, options);
    // The bias of the keys has no gradient but rounding, so all are held against the largest there is.
    const largest = Float64Array.of(Math.max(...[...bare.values()].flatMap((values) => [...values])));
    for (const [name, information] of bare) {
      expect(apart(padded.get(name) ?? new Float64Array(), information, largest)).toBeLessThan(1e-5);
    }
    // Rows of words that no text has were learned nothing about.
    const used = new Set(sequences.flatMap(({ ids, mask }) => ids.filter((_, at) => mask[at] === 1)));
    const rows = padded.get('embeddings.word_embeddings.weight') ?? new Float64Array();
    for (let id = 0; id < architecture.vocabulary; id++) {
      const row = rows.subarray(id * architecture.dim, (id + 1) * architecture.dim);
      expect(row.some((value) => value > 0)).toBe(used.has(id));
    }
  });

  test('Gram matrices count tokens, and no padding', async () => {
    const grams = await gramMatrices(classifier, tensors, shown.examples, { batch: 2, threads: 1 });
    const { dim } = architecture;
    // What the first layer reads, by hand: the normalised sum of three embeddings.
    const [words, positions, types] = ['word', 'position', 'token_type'].map((kind) =>
      numbers(`embeddings.${kind}_embeddings.weight`),
    );
    const [scale, shift] = [numbers('embeddings.LayerNorm.weight'), numbers('embeddings.LayerNorm.bias')];
    const expected = new Float64Array(dim * dim);
    for (const sequence of sequences) {
      for (let at = 0; at < tokenCount(sequence); at++) {
        const sum = Array.from({ length: dim }, (_, i) => {
          const row = (table: Float64Array | undefined, index: number) => table?.[index * dim + i] ?? Number.NaN;
          return row(words, sequence.ids[at] ?? 0) + row(positions, at) + row(types, sequence.types[at] ?? 0);
        });
        const mean = sum.reduce((total, value) => total + value, 0) / dim;
        const variance = sum.reduce((total, value) => total + (value - mean) ** 2, 0) / dim;
        const deviation = Math.sqrt(variance + architecture.layerNormEpsilon);
        const x = sum.map((value, i) => ((value - mean) / deviation) * (scale[i] ?? 1) + (shift[i] ?? 0));
        for (let i = 0; i < dim; i++)
          for (let j = 0; j < dim; j++)
            expected[i * dim + j] = (expected[i * dim + j] ?? 0) + (x[i] ?? 0) * (x[j] ?? 0);
      }
    }
    const found = grams.get('encoder.layer.0.attention.self.query.weight') ?? new Float64Array();
    expect(apart(found, expected)).toBeLessThan(1e-4);
    // And what the head reads: features, one row a text.
    const features = await rowsOf('features');
    const head = new Float64Array(dim * dim);
    for (let row = 0; row < sequences.length; row++)
      for (let i = 0; i < dim; i++)
        for (let j = 0; j < dim; j++)
          head[i * dim + j] =
            (head[i * dim + j] ?? 0) + (features[row * dim + i] ?? 0) * (features[row * dim + j] ?? 0);
    expect(apart(grams.get('head.weight') ?? new Float64Array(), head)).toBeLessThan(1e-4);
  });
});
