import { expect, test } from 'vitest';
import { GraphBuilder } from '../../graph/builder.js';
import { tensorOf } from '../../graph/tensor.js';
import type { FedGroup } from '../fed.js';
import { measureRanges } from './calibrate.js';
import { Histogram } from './ranges.js';

/** Images of one number, of which the network looks at the double. */
function doubling([images = 1]: readonly number[]) {
  const b = new GraphBuilder();
  const value = b.mul(b.input('images', 'f32', [images, 1]), 2);
  b.output('logits', value);
  return { graph: b.build(), values: [value] };
}

const numbers = Array.from({ length: 21 }, (_, i) => (i < 16 ? i : 40 * i));
const group = (of: readonly number[]): FedGroup => ({
  n: of.length,
  sizes: (count) => [count],
  at: (from, to) => ({ images: tensorOf('f32', [to - from, 1], of.slice(from, to)) }),
});
const images = [group(numbers)];
const options = { threads: 1, signal: new AbortController().signal };

test('counts every image once, whatever is left over after the last full run', async () => {
  const doubled = numbers.map((number) => 2 * number);
  const ends = { low: 0, high: Math.max(...doubled) };
  expect(await measureRanges(doubling, images, { rule: 'min-max' }, options)).toEqual([ends]);
  const histogram = new Histogram(ends);
  histogram.add(doubled);
  for (const share of [0.5, 0.4]) {
    const found = await measureRanges(doubling, images, { rule: 'percentile', share }, options);
    expect(found).toEqual([histogram.holding(share)]);
  }
});

test('examples of several shapes count as if they were of one', async () => {
  const apart = [group(numbers.slice(0, 3)), group(numbers.slice(3, 20)), group(numbers.slice(20))];
  const rule = { rule: 'percentile', share: 0.5 } as const;
  expect(await measureRanges(doubling, apart, rule, options)).toEqual(
    await measureRanges(doubling, images, rule, options),
  );
});

test('says how far it is', async () => {
  const seen: number[] = [];
  await measureRanges(doubling, images, { rule: 'min-max' }, { ...options, onProgress: (done) => seen.push(done) });
  expect(seen).toEqual([16, 21]);
});
