import { expect, test } from 'vitest';
import { GraphBuilder } from '../graph/builder.js';
import { compile } from '../runtime/executable.js';
import { clipByGlobalNorm, globalNorm } from './clipping.js';

async function clipped(left: number[], right: number[], limit: number) {
  const b = new GraphBuilder();
  const vectors = [b.input('left', 'f32', [left.length]), b.input('right', 'f32', [right.length])];
  const norm = globalNorm(b, vectors);
  b.output('norm', norm);
  for (const [index, value] of clipByGlobalNorm(b, vectors, norm, limit).entries()) b.output(`clipped${index}`, value);
  const executable = await compile(b.build(), { device: 'cpu', threads: 1 });
  const {
    norm: found,
    clipped0,
    clipped1,
  } = await executable.run({
    left: { dtype: 'f32', shape: [left.length], data: Float32Array.from(left) },
    right: { dtype: 'f32', shape: [right.length], data: Float32Array.from(right) },
  });
  await executable.dispose();
  return { norm: Number(found?.data[0]), values: [...(clipped0?.data ?? []), ...(clipped1?.data ?? [])].map(Number) };
}

test('the norm is taken over all vectors together, and all are scaled alike', async () => {
  const { norm, values } = await clipped([3, 0], [0, 4, 12], 6.5);
  expect(norm).toBeCloseTo(13, 5);
  for (const [index, expected] of [1.5, 0, 0, 2, 6].entries()) expect(values[index]).toBeCloseTo(expected, 4);
});

test('a gradient within the limit passes unchanged, and so does one of zeros', async () => {
  expect((await clipped([0.3], [0.4], 1)).values).toEqual([0.3, 0.4].map(Math.fround));
  expect((await clipped([0], [0], 1)).values).toEqual([0, 0]);
});
