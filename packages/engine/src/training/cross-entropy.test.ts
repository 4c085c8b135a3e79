import { describe, expect, test } from 'vitest';
import { GraphBuilder } from '../graph/builder.js';
import { compile } from '../runtime/executable.js';
import { smoothedTargets, softTargetCrossEntropy } from './cross-entropy.js';

async function lossOf(logits: number[], targets: Float32Array, classes: number): Promise<number> {
  const b = new GraphBuilder();
  const shape = [logits.length / classes, classes];
  b.output('loss', softTargetCrossEntropy(b, b.input('logits', 'f32', shape), b.input('targets', 'f32', shape)));
  const executable = await compile(b.build(), { device: 'cpu', threads: 1 });
  const outputs = await executable.run({
    logits: { dtype: 'f32', shape, data: Float32Array.from(logits) },
    targets: { dtype: 'f32', shape, data: targets },
  });
  await executable.dispose();
  return Number(outputs.loss?.data[0]);
}

describe('cross-entropy with soft targets', () => {
  test('of equal logits is log(classes), whatever the targets', async () => {
    expect(await lossOf([2, 2, 2, 2], smoothedTargets([1], 4, 0.3), 4)).toBeCloseTo(Math.log(4), 6);
  });

  test('is −log softmax of the label when nothing is smoothed, averaged over the batch', async () => {
    const first = Math.log(1 + Math.exp(-2));
    const second = Math.log(1 + Math.exp(3));
    expect(await lossOf([2, 0, 0, 3], smoothedTargets([0, 0], 2, 0), 2)).toBeCloseTo((first + second) / 2, 6);
  });

  test('does not overflow on logits that no exponential can hold', async () => {
    expect(await lossOf([1000, 0], smoothedTargets([1], 2, 0), 2)).toBeCloseTo(1000, 3);
  });
});

describe('label smoothing', () => {
  test('gives every class its share of the smoothing, and the label the rest', () => {
    const targets = smoothedTargets([2, 0], 4, 0.2);
    for (const [index, expected] of [0.05, 0.05, 0.85, 0.05, 0.85, 0.05, 0.05, 0.05].entries()) {
      expect(targets[index]).toBeCloseTo(expected, 6);
    }
  });

  test('a label outside the classes is refused with its place', () => {
    expect(() => smoothedTargets([1, 10], 10, 0)).toThrow(
      'Label 10 of example 1 in the batch is not one of the 10 classes.',
    );
  });
});
