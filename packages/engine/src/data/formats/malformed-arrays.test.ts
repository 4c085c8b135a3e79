/** @file Damaged and hostile arrays: each is refused by a sentence that names it, in bounded memory. */
import { deflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { formatFixtures } from '../dataset-folder.fixture.js';
import { MEGABYTE, refusal } from './refusal.fixture.js';

const { arrays } = formatFixtures();

function file(name: keyof typeof arrays.files): Uint8Array {
  const bytes = arrays.files[name];
  if (bytes === undefined) throw new Error(`the fixture lacks ${name}`);
  return bytes;
}

/** A ZIP of one member, with the sizes that are to be claimed. */
function zip(name: string, data: Uint8Array, claimed = data.length): Buffer {
  const packed = deflateRawSync(data);
  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04034b50, 0);
  local.writeUInt16LE(8, 8);
  local.writeUInt32LE(packed.length, 18);
  local.writeUInt32LE(claimed, 22);
  local.writeUInt16LE(name.length, 26);
  const central = Buffer.alloc(46);
  central.writeUInt32LE(0x02014b50, 0);
  central.writeUInt16LE(8, 10);
  central.writeUInt32LE(packed.length, 20);
  central.writeUInt32LE(claimed, 24);
  central.writeUInt16LE(name.length, 28);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(central.length + name.length, 12);
  end.writeUInt32LE(local.length + name.length + packed.length, 16);
  return Buffer.concat([local, Buffer.from(name), packed, central, Buffer.from(name), end]);
}

function npyFile(header: string, data: Uint8Array = new Uint8Array()): Buffer {
  const text = Buffer.from(`${header.padEnd(117)}\n`, 'latin1');
  const length = Buffer.alloc(2);
  length.writeUInt16LE(text.length);
  return Buffer.concat([Buffer.from('\x93NUMPY\x01\x00', 'latin1'), length, text, data]);
}

describe('NPY', () => {
  const images = file('images.npy');
  const labels = file('labels.npy');
  test.each<[string, Uint8Array | string, RegExp]>([
    [
      'cut short',
      images.subarray(0, -1),
      /^images\.npy: expected 488 bytes for 6×4×5×3 elements of type \|u1, found 487: it is truncated/,
    ],
    ['with a header cut short', images.subarray(0, 40), /^images\.npy: the header is cut short/],
    ['with bytes behind it', Buffer.concat([images, Buffer.from('!')]), /found 489: more trails the data/],
    ['of Python objects', file('pickled.npy'), /^images\.npy: the array holds Python objects, .* could run code/],
    ['in Fortran order', file('fortran.npy'), /the array is in Fortran order/],
    [
      'that is something else',
      'hello, I am no array',
      /expected an NPY array, found bytes that begin with 68656c6c6f2c/,
    ],
    ['that is empty', '', /expected an NPY array, found an empty file/],
    [
      'of a false shape',
      npyFile("{'descr': '|u1', 'fortran_order': False, 'shape': (99999999, 9999, 9999, 3), }"),
      /it is truncated/,
    ],
    [
      'of floats',
      npyFile("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 1, 1, 1), }", new Uint8Array(4)),
      /unsigned bytes \(\|u1\), found elements of type <f4/,
    ],
    [
      'of five axes',
      npyFile("{'descr': '|u1', 'fortran_order': False, 'shape': (1, 1, 1, 1, 1), }", new Uint8Array(1)),
      /found 1×1×1×1×1/,
    ],
    ['without images', npyFile("{'descr': '|u1', 'fortran_order': False, 'shape': (0, 2, 2), }"), /found 0×2×2/],
    [
      'with code for a header',
      npyFile("__import__('os').system('true')"),
      /expected a header with descr, fortran_order and shape/,
    ],
  ])('%s is refused', async (_, bytes, message) => {
    expect(await refusal({ 'images.npy': bytes, 'labels.npy': labels }, 'npy', 'all')).toMatch(message);
  });

  test.each<[string, Uint8Array, RegExp]>([
    [
      'too few',
      npyFile("{'descr': '|u1', 'fortran_order': False, 'shape': (5,), }", new Uint8Array(5)),
      /^labels\.npy: expected 6 labels, one for each image of images\.npy, found 5/,
    ],
    [
      'below 0',
      npyFile("{'descr': '|i1', 'fortran_order': False, 'shape': (6,), }", Uint8Array.from([0, 1, 255, 0, 0, 0])),
      /example 2 has the label -1/,
    ],
    [
      'of fractions',
      npyFile("{'descr': '<f8', 'fortran_order': False, 'shape': (6,), }", new Uint8Array(48)),
      /labels of an integer type, found <f8/,
    ],
    [
      'one-hot',
      npyFile("{'descr': '|u1', 'fortran_order': False, 'shape': (6, 3), }", new Uint8Array(18)),
      /expected labels \[n\] or \[n, 1\], found 6×3/,
    ],
  ])('labels that are %s are refused', async (_, bytes, message) => {
    expect(await refusal({ 'images.npy': images, 'labels.npy': bytes }, 'npy', 'all')).toMatch(message);
  });

  test('severities of an array that is not five times the same are refused', async () => {
    const files = { 'fog.npy': images, 'snow.npy': images, 'labels.npy': labels };
    expect(await refusal(files, 'npy', 'fog-2')).toMatch(/^fog\.npy: 6 images cannot be 5 severities/);
  });
});

describe('NPZ', () => {
  test.each<[string, Uint8Array | string, RegExp]>([
    ['cut short', file('deflated.npz').subarray(0, -30), /^set\.npz: this is not a sound ZIP file/],
    ['that is no ZIP', 'PK? no.', /^set\.npz: this is not a sound ZIP file/],
    [
      'whose member leads out',
      zip('../x_train.npy', new Uint8Array(9)),
      /not a sound ZIP file: invalid relative path: \.\.\/x_train\.npy/,
    ],
    ['whose member has an absolute name', zip('/x_train.npy', new Uint8Array(9)), /absolute path/],
    ['without the arrays', zip('other.npy', new Uint8Array(9)), /there is no example set 'train'; found none/],
  ])('%s is refused', async (_, bytes, message) => {
    expect(await refusal({ 'set.npz': bytes }, 'npz', 'train')).toMatch(message);
  });

  const joined = (images: Buffer, labels: Buffer) => {
    // Two ZIPs of one member cannot simply be joined, so the bomb is the array that is opened first.
    const split = (bytes: Buffer) => {
      const end = bytes.length - 22;
      const start = bytes.readUInt32LE(end + 16);
      return {
        local: bytes.subarray(0, start),
        central: Buffer.from(bytes.subarray(start, end)),
        end: bytes.subarray(end),
      };
    };
    const [first, second] = [split(images), split(labels)];
    second.central.writeUInt32LE(first.local.length, 42);
    const end = Buffer.from(second.end);
    end.writeUInt16LE(2, 8);
    end.writeUInt16LE(2, 10);
    end.writeUInt32LE(first.central.length + second.central.length, 12);
    end.writeUInt32LE(first.local.length + second.local.length, 16);
    return Buffer.concat([first.local, second.local, first.central, second.central, end]);
  };
  const labels = zip(
    'y_train.npy',
    npyFile("{'descr': '|u1', 'fortran_order': False, 'shape': (1,), }", new Uint8Array(1)),
  );

  test('that is a bomb is stopped: by what it claims, or by giving more than it claims', async () => {
    const claims = zip('x_train.npy', new Uint8Array(1000), 3 * 1024 ** 3);
    expect(await refusal({ 'set.npz': joined(claims, labels) }, 'npz', 'train')).toMatch(
      /its member 'x_train\.npy' says it unpacks to 3221225472 bytes; at most 2147483648 are read/,
    );
    const lies = zip('x_train.npy', new Uint8Array(64 * MEGABYTE), 200);
    expect(lies.length).toBeLessThan(100_000);
    expect(await refusal({ 'set.npz': joined(lies, labels) }, 'npz', 'train')).toMatch(
      /not a sound ZIP file: too many bytes/,
    );
  });
});
