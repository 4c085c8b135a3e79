import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { numbersOf } from '../graph/tensor.js';
import { readFixture } from '../testing/oracle.fixture.js';
import { CheckpointError } from './errors.js';
import { parseHeader } from './header.js';
import { decodeSafetensors, encodeSafetensors, layOut } from './safetensors.js';
import { storage, storageDTypes } from './storage.js';

const { file, values } = readFixture(new URL('fixtures/storage.json', import.meta.url), {
  file: z.base64(),
  values: z.record(z.string(), z.array(z.string())),
});
const bytes = new Uint8Array(Buffer.from(file, 'base64'));

describe('a file of every element type, written by safetensors itself', () => {
  const { tensors } = decodeSafetensors(bytes, 'storage.safetensors');

  test.each(Object.entries(values))('%s is read as the numbers that PyTorch has', (name, expected) => {
    const tensor = tensors.get(name);
    if (tensor === undefined) throw new Error(`The file has no ${name}.`);
    if (tensor.data instanceof BigInt64Array) expect([...tensor.data].map(String)).toEqual(expected);
    else expect([...numbersOf(tensor)]).toEqual(expected.map(numberOf));
  });

  test('holds every type that Stockpot knows', () => {
    const header = parseHeader(
      'storage.safetensors',
      bytes.subarray(8, 8 + new DataView(bytes.buffer).getUint32(0, true)),
      bytes.length,
    );
    expect([...header.entries.values()].map(({ dtype }) => dtype).sort()).toEqual([...storageDTypes].sort());
  });

  test('is written again with the bytes of each tensor as they were', () => {
    const computed = new Map([...tensors].filter(([name]) => COMPUTED.test(name)));
    expect(computed.size).toBe(8);
    const again = decodeSafetensors(encodeSafetensors(computed)).tensors;
    for (const [name, { data }] of computed) expect(again.get(name)?.data).toEqual(data);
  });
});

/** Types that the engine computes with; the others are widened when they are read. */
const COMPUTED = /^torch\.(float64|float32|float16|bfloat16|int64|int32|uint8|bool)$/;

/** As Python spells it. */
function numberOf(text: string): number {
  const words: Record<string, number> = { nan: Number.NaN, inf: Infinity, '-inf': -Infinity, True: 1, False: 0 };
  return words[text] ?? Number(text);
}

test('an unsigned integer that no signed one holds is refused by its name', () => {
  const { head } = layOut(new Map([['seed', { dtype: 'u64', shape: [1] }]]));
  const large = Buffer.concat([head, Buffer.from('ffffffffffffffff', 'hex')]);
  expect(() => decodeSafetensors(large)).toThrow(CheckpointError);
  expect(() => decodeSafetensors(large)).toThrow(/tensor "seed" holds 18446744073709551615, more than a signed 64-bit/);
});

test('the eight-bit floats of the newest drafts are refused by their names', () => {
  for (const code of ['F8_E8M0', 'F4', 'F6_E2M3', 'C64']) {
    const json = Buffer.from(JSON.stringify({ a: { dtype: code, shape: [1], data_offsets: [0, 1] } }));
    const prefix = Buffer.alloc(8);
    prefix.writeBigUInt64LE(BigInt(json.length));
    expect(() => decodeSafetensors(Buffer.concat([prefix, json, Buffer.alloc(1)]))).toThrow(
      `has the dtype "${code}"; Stockpot reads ${storageDTypes.map((dtype) => storage[dtype].code).join(', ')}.`,
    );
  }
});
