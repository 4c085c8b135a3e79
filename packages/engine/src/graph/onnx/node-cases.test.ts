/**
 * The ONNX project's own test cases of single operators (test/oracles/onnx/node_cases.py): each is read and computed on the
 * reference interpreter and on the CPU, or refused with the reason.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { compile } from '../../runtime/executable.js';
import { interpret } from '../../runtime/reference/index.js';
import { numbersOf, type Tensor } from '../index.js';
import { decodeOnnx, OnnxError } from './index.js';
import { packedTensor } from './packed-tensor.fixture.js';

const tensors = z.record(z.string(), packedTensor);
const { cases } = z
  .object({ cases: z.record(z.string(), z.object({ onnx: z.base64(), feeds: tensors, outputs: tensors })) })
  .parse(JSON.parse(readFileSync(new URL('./fixtures/node-cases.json', import.meta.url), 'utf8')));

/** Forms of operators that Stockpot does not take, and what it says. */
const refused: readonly (readonly [RegExp, string])[] = [
  [/batch_dim/, 'batch_dims=1, which Stockpot does not know'],
  [/maxpool_2d_uint8/, 'must be f32 or f16 or bf16 or f64 but is u8'],
  [/maxpool_with_argmax/, 'also gives the positions of the maxima'],
  [/linear_blocked/, 'block_size=2, which Stockpot does not know'],
  [/allowzero_reordered/, '0 elements cannot take the shape [3, 4, 0]'],
  [/not_larger|not_smaller/, 'keeps the aspect ratio'],
  [/tf_crop_and_resize/, 'coordinate_transformation_mode "tf_crop_and_resize"'],
  [/scatter.*_(max|min|mul)/, 'Stockpot knows none and add'],
];

const all = Object.entries(cases).map(([name, example]) => ({
  name,
  ...example,
  sentence: refused.find(([pattern]) => pattern.test(name))?.[1],
}));

describe("the ONNX project's cases", () => {
  test.each(all.filter(({ sentence }) => sentence === undefined))('$name', async ({ onnx, feeds, outputs }) => {
    const graph = decodeOnnx(Buffer.from(onnx, 'base64'));
    expectClose(interpret(graph, feeds), outputs);
    const executable = await compile(graph, { device: 'cpu', threads: 1 });
    expectClose(await executable.run(feeds), outputs);
    await executable.dispose();
  });

  test.each(all.filter(({ sentence }) => sentence !== undefined))('$name is refused', ({ onnx, sentence }) => {
    const read = () => decodeOnnx(Buffer.from(onnx, 'base64'));
    expect(read).toThrow(OnnxError);
    expect(read).toThrow(sentence);
  });

  test('every refusal is asked for', () => {
    for (const [pattern] of refused)
      expect(
        all.some(({ name }) => pattern.test(name)),
        String(pattern),
      ).toBe(true);
  });
});

/** f32 results within a few roundings of f32, f16 ones within two of f16; relative to the larger of 1 and the number. */
function expectClose(found: Readonly<Record<string, Tensor>>, wanted: Readonly<Record<string, Tensor>>): void {
  for (const [name, expected] of Object.entries(wanted)) {
    const result = found[name];
    if (result === undefined) throw new Error(`No output ${name}.`);
    expect(result.shape).toEqual(expected.shape);
    const bound = expected.dtype === 'f16' ? 2e-3 : 1e-5;
    const numbers = numbersOf(result);
    for (const [i, right] of numbersOf(expected).entries()) {
      const value = numbers[i] ?? 0;
      if (Object.is(value, right) || value === right) continue;
      expect(Math.abs(value - right) / Math.max(1, Math.abs(right)), `${name}[${i}]`).toBeLessThan(bound);
    }
  }
}
