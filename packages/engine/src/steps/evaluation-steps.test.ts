import { describe, expect, test } from 'vitest';
import { decodeSafetensors } from '../checkpoints/safetensors.js';
import { MNIST_CORRUPTIONS } from '../corruptions/index.js';
import { unpackBits } from '../evaluation/bitmap.js';
import { stepDefinitions } from './index.js';
import { CLASSES, noisy, scoredModels } from './scored-models.fixture.js';

const { models, context, output, manifest, fixBenchmark, plain, evaluate, read } = scoredModels();

describe('a benchmark', () => {
  test('takes a seeded subset of a split, and names exactly which examples', async () => {
    const benchmark = await fixBenchmark({ ...plain('test'), subset: { count: 10, seed: 3 } });
    expect(benchmark.summary).toEqual({
      n: 10,
      protocol: benchmark.outputs.protocol?.hash,
      role: 'test',
      split: 'test',
      corruptions: null,
      severities: null,
      protocolName: null,
      kind: 'accuracy',
      headline: 'top1',
    });
    const document = JSON.parse(Buffer.from(await read(output(benchmark, 'protocol').hash)).toString());
    expect(new Set(document.positions).size).toBe(10);
    expect(document.metrics.ece).toMatch(/15 equal-width bins/);
    const again = await fixBenchmark({ ...plain('test'), subset: { count: 10, seed: 3 } });
    expect(again.outputs).toEqual(benchmark.outputs);
    const other = await fixBenchmark({ ...plain('test'), subset: { count: 10, seed: 4 } });
    expect(other.outputs.protocol?.hash).not.toBe(benchmark.outputs.protocol?.hash);
  });

  test('that asks for more than there is is refused', async () => {
    await expect(fixBenchmark({ ...plain('test'), subset: { count: 41, seed: 3 } })).rejects.toThrow(
      "41 examples are asked for of the split 'test', which has 40.",
    );
    await expect(fixBenchmark(plain('validation'))).rejects.toThrow(/no split 'validation'/);
  });
});

describe('an evaluation', () => {
  test('says the same numbers as its bitmap and its logits, twice the same bytes', async () => {
    const benchmark = await fixBenchmark(plain('test'));
    const [model] = models;
    if (model === undefined) throw new Error('no model');
    const first = await evaluate(model, benchmark);
    const bits = unpackBits(await read(output(first, 'correct').hash), 40);
    const { tensors } = decodeSafetensors(await read(output(first, 'logits').hash));
    const logits = tensors.get('logits');
    expect(logits?.shape).toEqual([40, CLASSES]);
    const { labels } = noisy(40, 2);
    const order: number[] = JSON.parse(Buffer.from(await read(manifest().hash)).toString()).splits[2].indices;
    const right = order.map((index, row) => {
      const answers = Array.from(logits?.data ?? [], Number).slice(row * CLASSES, (row + 1) * CLASSES);
      return answers.indexOf(Math.max(...answers)) === labels[index];
    });
    expect(bits).toEqual(right);
    expect(first.summary.top1).toBe(right.filter(Boolean).length / 40);
    expect(first.summary).toMatchObject({ n: 40, cells: null, meanCorruptionError: null, forwardPasses: 40 });
    expect((await evaluate(model, benchmark)).outputs).toEqual(first.outputs);
  });

  test('on corruptions has a cell for each corruption and severity', async () => {
    const benchmark = await fixBenchmark({
      split: 'test',
      subset: { count: 5, seed: 3 },
      corruptions: 'mnist-c',
      severities: [1, 4],
    });
    expect(benchmark.summary).toMatchObject({ n: 5, corruptions: [...MNIST_CORRUPTIONS], severities: [1, 4] });
    const [model] = models;
    if (model === undefined) throw new Error('no model');
    const { summary, outputs } = await evaluate(model, benchmark);
    const cells = summary.cells as unknown as { top1: number[]; severity: number[]; n: number[] };
    expect(cells.top1).toHaveLength(30);
    expect(cells.severity.slice(0, 4)).toEqual([1, 4, 1, 4]);
    expect(summary).toMatchObject({ n: 5, forwardPasses: 150 });
    expect(summary.meanCorruptionError).toBeCloseTo(1 - Number(summary.top1), 12);
    expect(outputs.correct?.bytes).toBe(Math.ceil(150 / 8));
  });

  test('of images that are not those of the protocol is refused', async () => {
    const corrupted = (severities: number[]) =>
      fixBenchmark({ split: 'test', subset: { count: 2, seed: 3 }, corruptions: 'mnist-c', severities });
    const one = await corrupted([1]);
    const inputs = {
      model: models.slice(0, 1),
      dataset: [manifest()],
      benchmark: [output(one, 'protocol')],
      images: [output(await corrupted([2]), 'images')],
    };
    await expect(stepDefinitions.evaluate.execute({ predictor: 'checkpoint' }, context(inputs))).rejects.toThrow(
      /the corrupted images have the hash/,
    );
  });

  test('stops when it is told to', async () => {
    const benchmark = await fixBenchmark(plain('test'));
    const inputs = { model: models.slice(0, 1), dataset: [manifest()], benchmark: [output(benchmark, 'protocol')] };
    const stopped = context(inputs, AbortSignal.abort());
    await expect(stepDefinitions.evaluate.execute({ predictor: 'checkpoint' }, stopped)).rejects.toThrow('cancelled');
  });
});
