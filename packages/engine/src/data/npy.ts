/**
 * @file The NPY format (numpy.lib.format, versions 1 to 3): a magic string, a header that is the text of a Python
 * dictionary, then the elements, last axis fastest.
 */
import { DataFileError } from './errors.js';

const MAGIC = '\x93NUMPY';
const FETCH_AGAIN = 'Fetch the file again from where it came from.';

export interface NpyHeader {
  /** As numpy writes it: '|u1', '<i8'. */
  readonly descr: string;
  readonly shape: readonly number[];
  /** Bytes before the first element. */
  readonly offset: number;
}

interface ElementType {
  readonly bytes: number;
  read(view: DataView, at: number): number;
}

/** Integers that labels may be stored as. */
const INTEGERS: Readonly<Record<string, ElementType>> = {
  '|u1': { bytes: 1, read: (view, at) => view.getUint8(at) },
  '|i1': { bytes: 1, read: (view, at) => view.getInt8(at) },
  '<u2': { bytes: 2, read: (view, at) => view.getUint16(at, true) },
  '<i2': { bytes: 2, read: (view, at) => view.getInt16(at, true) },
  '<u4': { bytes: 4, read: (view, at) => view.getUint32(at, true) },
  '<i4': { bytes: 4, read: (view, at) => view.getInt32(at, true) },
  '<u8': { bytes: 8, read: (view, at) => Number(view.getBigUint64(at, true)) },
  '<i8': { bytes: 8, read: (view, at) => Number(view.getBigInt64(at, true)) },
};

/** Bytes from the beginning of a file within which a header is looked for: numpy's own are 128. */
export const NPY_HEAD = 65_536;

/**
 * Reads the header of an array and holds it against the bytes that there are.
 *
 * @param head the first `NPY_HEAD` bytes, or all
 * @param size bytes of the whole array file
 */
export function parseNpyHeader(where: string, head: Buffer, size: number): NpyHeader {
  const refuse = (problem: string, advice = FETCH_AGAIN): never => {
    throw new DataFileError(where, problem, advice);
  };
  if (head.length < 10 || head.toString('latin1', 0, 6) !== MAGIC) {
    return refuse(
      `expected an NPY array, found ${head.length === 0 ? 'an empty file' : `bytes that begin with ${head.toString('hex', 0, 6)}`}.`,
    );
  }
  const major = head[6] ?? 0;
  if (major < 1 || major > 3) return refuse(`expected version 1, 2 or 3 of the NPY format, found ${major}.`);
  const wide = major > 1;
  if (wide && head.length < 12) return refuse('the header is cut short.');
  const start = wide ? 12 : 10;
  const offset = start + (wide ? head.readUInt32LE(8) : head.readUInt16LE(8));
  if (offset > head.length) {
    return refuse(
      offset > size ? 'the header is cut short.' : `the header has ${offset} bytes; at most ${NPY_HEAD} are read.`,
    );
  }
  const text = head.toString('latin1', start, offset);
  const descr = /'descr'\s*:\s*'([^']*)'/.exec(text)?.[1];
  const fortran = /'fortran_order'\s*:\s*(True|False)/.exec(text)?.[1];
  const axes = /'shape'\s*:\s*\(([\d\s,L]*)\)/.exec(text)?.[1];
  if (descr === undefined || fortran === undefined || axes === undefined) {
    return refuse('expected a header with descr, fortran_order and shape of a plain array, found something else.');
  }
  if (fortran === 'True') {
    return refuse('the array is in Fortran order.', 'Save it with numpy.ascontiguousarray.');
  }
  if (descr.includes('O')) {
    return refuse(
      'the array holds Python objects, which are pickled: reading them could run code.',
      'Save it as numbers.',
    );
  }
  const shape = (axes.match(/\d+/g) ?? []).map(Number);
  const itemsize = Number(/\d+$/.exec(descr)?.[0] ?? Number.NaN);
  const expected = offset + shape.reduce((product, axis) => product * axis, itemsize);
  if (expected !== size) {
    const difference = size < expected ? 'it is truncated' : 'more trails the data, or the header is false';
    return refuse(
      `expected ${expected} bytes for ${shape.join('×')} elements of type ${descr}, found ${size}: ${difference}.`,
    );
  }
  return { descr, shape, offset };
}

/** Rows of an image array: bytes [n, …] with the layout of one row. Throws DataFileError for what is no such array. */
export function imageRows(
  where: string,
  { descr, shape }: NpyHeader,
): { readonly n: number; readonly image: readonly [number, number, number]; readonly layout: 'chw' | 'hwc' } {
  if (descr !== '|u1') {
    throw new DataFileError(
      where,
      `expected images of unsigned bytes (|u1), found elements of type ${descr}.`,
      'Save them as numpy.uint8 with values from 0 to 255.',
    );
  }
  const [n = 0, first = 0, second = 0, third] = shape;
  if (n * first * second > 0 && third === undefined && shape.length === 3) {
    return { n, image: [1, first, second], layout: 'chw' };
  }
  if (shape.length === 4 && n * first * second > 0) {
    if (third === 1 || third === 3) return { n, image: [third, first, second], layout: 'hwc' };
    if ((first === 1 || first === 3) && third !== undefined && third > 0) {
      return { n, image: [first, second, third], layout: 'chw' };
    }
  }
  throw new DataFileError(
    where,
    `expected images [n, h, w], [n, h, w, c] or [n, c, h, w] with 1 or 3 channels, found ${shape.join('×')}.`,
    'Check that this is the array of images, and change its axes if need be.',
  );
}

/** Labels [n] or [n, 1] of any integer type. Throws DataFileError for others, and for a label below 0. */
export function labelsOf(where: string, { descr, shape, offset }: NpyHeader, bytes: Buffer): Uint32Array {
  const type = Object.hasOwn(INTEGERS, descr) ? INTEGERS[descr] : undefined;
  if (type === undefined) {
    throw new DataFileError(where, `expected labels of an integer type, found ${descr}.`, 'Save them as numpy.int64.');
  }
  if (shape.length < 1 || shape.length > 2 || (shape[1] ?? 1) !== 1) {
    throw new DataFileError(where, `expected labels [n] or [n, 1], found ${shape.join('×')}.`, 'Save class numbers.');
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Uint32Array.from({ length: shape[0] ?? 0 }, (_, index) => {
    const label = type.read(view, offset + index * type.bytes);
    if (label >= 0 && label <= MAX_LABEL) return label;
    throw new DataFileError(
      where,
      `example ${index} has the label ${label}; classes are numbered from 0 to ${MAX_LABEL}.`,
      'Give every example a class, or take it out.',
    );
  });
}

/** More classes than any dataset has; a larger number is no class. */
export const MAX_LABEL = 1_000_000;
