/** @file One bit an example, least significant bit first: which examples a model got right. */
import { EvaluationError } from './errors.js';
import { type Predictions, predictedClass } from './predictions.js';

/** The bitmap of a list of truths; unused bits of the last byte are 0. */
export function packBits(values: ArrayLike<boolean | number>): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(Math.ceil(values.length / 8));
  for (let index = 0; index < values.length; index++) {
    if (values[index]) bytes[index >>> 3] = (bytes[index >>> 3] ?? 0) | (1 << (index & 7));
  }
  return bytes;
}

/** The first n truths of a bitmap. Throws EvaluationError when it has not as many bytes as n examples need. */
export function unpackBits(bytes: Uint8Array, n: number): boolean[] {
  if (bytes.length !== Math.ceil(n / 8)) {
    throw new EvaluationError(
      `A bitmap of ${bytes.length} bytes does not hold ${n} examples.`,
      'Evaluate the model again on this benchmark.',
    );
  }
  return Array.from({ length: n }, (_, index) => (((bytes[index >>> 3] ?? 0) >>> (index & 7)) & 1) === 1);
}

export function correctBits(predictions: Predictions): Uint8Array<ArrayBuffer> {
  const right = Array.from({ length: predictions.n }, (_, row) => {
    return predictedClass(predictions, row) === predictions.labels[row];
  });
  return packBits(right);
}
