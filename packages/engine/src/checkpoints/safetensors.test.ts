import { mkdtempDisposableSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dtypeNames, dtypes } from '../graph/dtype.js';
import type { Tensor } from '../graph/tensor.js';
import { CheckpointError } from './errors.js';
import { decodeSafetensors, encodeSafetensors, openSafetensors } from './safetensors.js';

/** A file with this header text and these data bytes, whatever they say. */
function fileOf(header: string | object, data: Uint8Array | number = 0, claimed?: bigint): Uint8Array {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const prefix = Buffer.alloc(8);
  prefix.writeBigUInt64LE(claimed ?? BigInt(json.length));
  return Buffer.concat([prefix, json, typeof data === 'number' ? Buffer.alloc(data) : data]);
}

function refusal(file: Uint8Array): CheckpointError {
  try {
    decodeSafetensors(file, 'upload.safetensors');
  } catch (error) {
    if (error instanceof CheckpointError) return error;
    throw error;
  }
  throw new Error('the file was accepted');
}

const f32 = (shape: number[], begin: number, end: number) => ({ dtype: 'F32', shape, data_offsets: [begin, end] });

const anyTensor: fc.Arbitrary<Tensor> = fc
  .record({
    dtype: fc.constantFrom(...dtypeNames),
    shape: fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 }),
    seed: fc.uint8Array({ minLength: 1, maxLength: 16 }),
  })
  .map(({ dtype, shape, seed }) => {
    const bytes = new Uint8Array(shape.reduce((product, n) => product * n, dtypes[dtype].bytes));
    bytes.forEach((_, at) => {
      bytes[at] = seed[at % seed.length] ?? 0;
    });
    return { dtype, shape, data: dtypes[dtype].view(bytes.buffer, 0, bytes.length / dtypes[dtype].bytes) };
  });
const anyName = fc
  .string({ minLength: 1, unit: 'grapheme' })
  .filter((name) => name !== '__metadata__' && !/\p{Cc}/u.test(name));
const anyCheckpoint = fc.uniqueArray(fc.tuple(anyName, anyTensor), { selector: ([name]) => name, maxLength: 6 });

const raw = ({ data }: Tensor) => Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('hex');

describe('what is written', () => {
  test('is read back: every name, dtype, shape and byte', () => {
    fc.assert(
      fc.property(anyCheckpoint, fc.dictionary(fc.string(), fc.string()), (entries, metadata) => {
        const read = decodeSafetensors(encodeSafetensors(new Map(entries), metadata));
        expect(new Map(Object.entries(metadata))).toEqual(read.metadata);
        expect(read.tensors.size).toBe(entries.length);
        for (const [name, tensor] of entries) {
          const found = read.tensors.get(name);
          expect(found).toMatchObject({ dtype: tensor.dtype, shape: tensor.shape });
          expect(found && raw(found)).toBe(raw(tensor));
        }
      }),
    );
  });

  test('does not depend on the order in which tensors and metadata were put in', () => {
    fc.assert(
      fc.property(anyCheckpoint, fc.dictionary(fc.string(), fc.string()), (entries, metadata) => {
        const backwards = Object.fromEntries(Object.entries(metadata).reverse());
        const other = encodeSafetensors(new Map([...entries].reverse()), backwards);
        expect(Buffer.compare(encodeSafetensors(new Map(entries), metadata), other)).toBe(0);
      }),
    );
  });

  test('follows the published layout byte for byte', () => {
    const file = encodeSafetensors(
      new Map<string, Tensor>([
        ['flag', { dtype: 'bool', shape: [], data: Uint8Array.of(1) }],
        ['weight', { dtype: 'f32', shape: [2], data: Float32Array.of(1, -2) }],
      ]),
      { format: 'pt' },
    );
    const header =
      '{"__metadata__":{"format":"pt"},"weight":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"flag":{"dtype":"BOOL","shape":[],"data_offsets":[8,9]}}';
    const padded = header.padEnd(Math.ceil(header.length / 8) * 8);
    expect(Buffer.from(file).toString('hex')).toBe(
      Buffer.concat([
        Buffer.from([padded.length, 0, 0, 0, 0, 0, 0, 0]),
        Buffer.from(padded),
        Buffer.from('0000803f000000c001', 'hex'),
      ]).toString('hex'),
    );
  });

  test('keeps every tensor aligned to its element', () => {
    fc.assert(
      fc.property(anyCheckpoint, (entries) => {
        const { tensors } = decodeSafetensors(encodeSafetensors(new Map(entries)));
        for (const { dtype, data } of tensors.values()) expect(data.byteOffset % dtypes[dtype].bytes).toBe(0);
      }),
    );
  });

  test('a tensor called __proto__ is a tensor like any other', () => {
    const tensor: Tensor = { dtype: 'f32', shape: [1], data: Float32Array.of(7) };
    const names = ['__proto__', 'constructor', '../../etc/passwd', 'C:\\x'];
    const { tensors } = decodeSafetensors(encodeSafetensors(new Map(names.map((name) => [name, tensor]))));
    expect([...tensors.keys()].sort()).toEqual([...names].sort());
    expect(tensors.get('__proto__')?.data[0]).toBe(7);
    expect(Object.getPrototypeOf({})).toBe(Object.prototype);
  });
});

describe('a file', () => {
  test('is read by ranges, and gives the same tensors', async () => {
    using folder = mkdtempDisposableSync(join(tmpdir(), 'stockpot-'));
    const path = join(folder.path, 'model.safetensors');
    const a: Tensor = { dtype: 'f32', shape: [3], data: Float32Array.of(1, 2, 3) };
    const b: Tensor = { dtype: 'i64', shape: [], data: BigInt64Array.of(-5n) };
    await writeFile(path, encodeSafetensors(new Map([['a', a] as const, ['b', b] as const]), { note: 'x' }));
    await using file = await openSafetensors(path);
    expect(file.metadata.get('note')).toBe('x');
    expect(await file.read('a')).toEqual(a);
    expect(await file.read('b')).toEqual(b);
    await expect(file.read('c')).rejects.toThrow(/has no tensor "c"/);
    const middle = new Uint8Array(4);
    await file.readBytes((file.entries.get('a')?.begin ?? 0) + 4, middle);
    expect(new Float32Array(middle.buffer)[0]).toBe(2);
  });

  test('that is missing is named in a sentence', async () => {
    await expect(openSafetensors('/nowhere/model.safetensors')).rejects.toThrow(
      '/nowhere/model.safetensors: the file cannot be opened.',
    );
    await expect(openSafetensors(tmpdir())).rejects.toThrow('this is not a file.');
  });
});

describe('a refusal says what is wrong', () => {
  const data8 = 8;
  const cases: readonly (readonly [string, Uint8Array, RegExp])[] = [
    ['an empty file', new Uint8Array(), /at least 10 bytes, found 0/],
    ['a file of nine bytes', new Uint8Array(9), /at least 10 bytes, found 9/],
    ['header length 0', fileOf('{}', 8, 0n), /starts with '\{'/],
    ['header length beyond the file', fileOf('{}', 0, 3n), /claims 3 bytes, but only 2 follow/],
    ['header length beyond the cap', fileOf('{}', 0, 100_000_001n), /100000000 are allowed/],
    ['header length 2^64 − 1', fileOf('{}', 0, 2n ** 64n - 1n), /claims 18446744073709551615 bytes/],
    ['a header that is no JSON', fileOf('{]'), /cannot be read: expected a name in quotes at character 1/],
    ['a header that is no object', fileOf('[1]'), /starts with '\{'/],
    ['a header that is not UTF-8', fileOf('{}', 0).fill(0xff, 9), /not valid UTF-8/],
    ['a duplicate name', fileOf(`{"a":${JSON.stringify(f32([1], 0, 4))},"a":1}`, 4), /"a" stands there twice/],
    ['a duplicate key inside a tensor', fileOf('{"a":{"dtype":"F32","dtype":"F64"}}'), /"dtype" stands there twice/],
    ['text after the header object', fileOf('{} x'), /expected the end/],
    ['endless nesting', fileOf(`{"a":${'['.repeat(100_000)}`), /nested deeper/],
    ['a string without end', fileOf(`{"${'a'.repeat(1000)}`), /does not end/],
    ['trailing bytes', fileOf({ a: f32([1], 0, 4) }, 5), /1 bytes follow the last tensor/],
    [
      'a zip appended',
      fileOf({ a: f32([1], 0, 4) }, Buffer.from('0000PK\u0003\u0004')),
      /bytes follow the last tensor/,
    ],
    ['data that is not there', fileOf({ a: f32([2], 0, 8) }, 4), /ends at byte 8, but there are 4/],
    ['negative offsets', fileOf({ a: f32([1], -4, 0) }, 4), /not two whole numbers/],
    ['reversed offsets', fileOf({ a: f32([1], 4, 0) }, 4), /needs 4 bytes, but its data_offsets span -4/],
    ['fractional offsets', fileOf({ a: f32([1], 0.5, 4.5) }, 5), /cannot be read: expected a value.*whole number/],
    [
      'offsets beyond 2^53',
      fileOf('{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,9007199254740993]}}'),
      /too large/,
    ],
    ['overlapping tensors', fileOf({ a: f32([2], 0, 8), b: f32([1], 4, 8) }, data8), /"b" overlaps/],
    ['one range used twice', fileOf({ a: f32([2], 0, 8), b: f32([2], 0, 8) }, data8), /overlaps/],
    ['a hole', fileOf({ a: f32([1], 0, 4), b: f32([1], 8, 12) }, 12), /4 bytes before tensor "b" belong to no tensor/],
    ['a hole at the start', fileOf({ a: f32([1], 4, 8) }, data8), /4 bytes before tensor "a"/],
    ['a size that is not shape × dtype', fileOf({ a: f32([3], 0, 8) }, data8), /F32 3 needs 12 bytes/],
    ['a shape whose product overflows', fileOf({ a: f32([2 ** 31, 2 ** 31, 4], 0, 0) }), /more than any file can hold/],
    ['a shape that is no list', fileOf({ a: { dtype: 'F32', shape: 1, data_offsets: [0, 4] } }, 4), /not a list/],
    ['a negative dimension', fileOf({ a: f32([-1, -1], 0, 4) }, 4), /whole numbers ≥ 0/],
    ['too many dimensions', fileOf({ a: f32(Array(33).fill(1), 0, 4) }, 4), /at most 32/],
    ['an unknown dtype', fileOf({ a: { dtype: 'F4', shape: [1], data_offsets: [0, 4] } }, 4), /dtype "F4".*F32/],
    ['an unknown property', fileOf({ a: { ...f32([1], 0, 4), strides: [1] } }, 4), /unknown property "strides"/],
    ['a tensor that is no object', fileOf({ a: null }), /not described by an object/],
    ['metadata that is no text', fileOf({ __metadata__: { a: 1 } }), /not a string/],
    ['metadata that is no object', fileOf({ __metadata__: [] }), /not an object/],
    ['a name with NUL', fileOf({ 'a\0b': f32([1], 0, 4) }, 4), /not printable/],
    ['a name of half a character', fileOf('{"\\ud800":{}}'), /not printable/],
    ['an empty name', fileOf({ '': f32([1], 0, 4) }, 4), /empty/],
    ['a name of 10 MB', fileOf({ ['n'.repeat(10_000_000)]: f32([1], 0, 4) }, 4), /name of 10000000 characters/],
  ];

  test.each(cases)('%s', (_, file, message) => {
    const error = refusal(file);
    expect(error.message).toMatch(message);
    expect(error.message).toMatch(/^upload\.safetensors: /);
    expect(error.message.length).toBeLessThan(400);
    expect(error.advice).toMatch(/\.$/);
  });

  test('more tensors than any model has, before they fill memory', () => {
    const one = '{"dtype":"U8","shape":[0],"data_offsets":[0,0]}';
    const header = `{${Array.from({ length: 200_000 }, (_, i) => `"${i}":${one}`).join(',')}}`;
    expect(refusal(fileOf(header)).message).toMatch(/more than 100000 names in one object/);
  });

  const pickle = Buffer.from('80024b012e4b014b014b01', 'hex');
  test.each([
    ['a zip', Buffer.from('PK\u0003\u0004 archive/data.pkl'), /zip archive.*\.pt/, /pickle/],
    ['a pickle', pickle, /a Python pickle/, /never opens pickles/],
    ['gzip', Buffer.from('1f8b0800000000000003', 'hex'), /gzip data/, /Decompress/],
    [
      'a Git LFS pointer',
      Buffer.from('version https://git-lfs.github.com/spec/v1\noid'),
      /LFS pointer/,
      /git lfs pull/,
    ],
    ['GGUF', Buffer.from('GGUF\u0003\0\0\0\0\0\0\0'), /GGUF/, /quantised/],
    ['ONNX', Buffer.from('\u0008\u0008\u0012\u0007pytorch\u001a', 'latin1'), /an ONNX file/, /stockpot import/],
    ['an error page', Buffer.from('<!DOCTYPE html><title>404</title>'), /web page/, /fetch the file again/],
  ])('%s under the name of a safetensors file', (_, file, message, advice) => {
    const error = refusal(file);
    expect(error.message).toMatch(message);
    expect(error.advice).toMatch(advice);
  });

  test('a header length that looks like the magic number of gzip is no refusal', () => {
    const length = 0x00088b1f;
    const { tensors } = decodeSafetensors(fileOf('{}'.padEnd(length)));
    expect(tensors.size).toBe(0);
  });

  test('any damage to a good file is refused or leaves a well-formed checkpoint, never another error', () => {
    const good = encodeSafetensors(
      new Map<string, Tensor>([
        ['a', { dtype: 'f32', shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) }],
        ['b', { dtype: 'f16', shape: [3], data: Uint16Array.of(1, 2, 3) }],
      ]),
      { format: 'pt' },
    );
    const edit = fc.tuple(fc.integer({ min: 0, max: good.length - 1 }), fc.integer({ min: 0, max: 255 }));
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), fc.integer({ min: 0, max: 20 }), (edits, cut) => {
        const bad = good.slice(0, good.length - cut);
        for (const [at, value] of edits) if (at < bad.length) bad[at] = value;
        try {
          for (const { data } of decodeSafetensors(bad).tensors.values()) expect(data.byteLength).toBeLessThan(64);
        } catch (error) {
          expect(error).toBeInstanceOf(CheckpointError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
