/** @file Reads the fixtures that the Python programs in `test/oracles/engine` wrote. Used by tests only. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Tensor } from '../graph/tensor.js';

/** A tensor as an oracle wrote it: base64 of little-endian f32. */
export const packedTensor = z.strictObject({ shape: z.array(z.int()), f32: z.base64() }).transform(({ shape, f32 }) => {
  const bytes = Uint8Array.from(Buffer.from(f32, 'base64'));
  return { dtype: 'f32' as const, shape, data: new Float32Array(bytes.buffer) };
});

export const packedTensors = z
  .record(z.string(), packedTensor)
  .transform((tensors) => new Map<string, z.output<typeof packedTensor>>(Object.entries(tensors)));

/** Parses a fixture; every one records the versions of the libraries that made it. */
export function readFixture<Shape extends z.ZodRawShape>(url: URL, shape: Shape): z.output<z.ZodObject<Shape>> {
  const { versions: _, ...content } = z
    .looseObject({ versions: z.record(z.string(), z.string()) })
    .parse(JSON.parse(readFileSync(url, 'utf8')));
  return z.object(shape).parse(content);
}

/** The largest absolute difference between two tensors of the same number of elements. */
export function largestDifference(left: Pick<Tensor, 'data'>, right: Pick<Tensor, 'data'>): number {
  if (left.data.length !== right.data.length) return Number.POSITIVE_INFINITY;
  let largest = 0;
  for (let i = 0; i < left.data.length; i++) {
    const difference = Math.abs(Number(left.data[i]) - Number(right.data[i]));
    if (!(difference <= largest)) largest = difference;
  }
  return largest;
}
