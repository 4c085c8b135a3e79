/** An NPY array of bytes, or of 64-bit integers for labels, as numpy saves it. Used by tests only. */
export function npyArray(shape: readonly number[], values: Uint8Array | readonly number[]): Buffer {
  const bytes = values instanceof Uint8Array;
  const header = `{'descr': '${bytes ? '|u1' : '<i8'}', 'fortran_order': False, 'shape': (${shape.join(', ')},), }\n`;
  const start = Buffer.alloc(10);
  start.write('\x93NUMPY\x01\x00', 'latin1');
  start.writeUInt16LE(header.length, 8);
  const data = bytes ? Buffer.from(values) : Buffer.from(BigInt64Array.from(values, BigInt).buffer);
  return Buffer.concat([start, Buffer.from(header, 'latin1'), data]);
}
