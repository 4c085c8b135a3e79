import fc from 'fast-check';
import { type Predictions, predictions } from './predictions.js';

/** Any predictions of 1 … `most` examples, with logits that no exponential overflows. */
export function anyPredictions({ most = 40, classes = 6 } = {}): fc.Arbitrary<Predictions> {
  const logit = fc.float({ min: -30, max: 30, noNaN: true });
  return fc.integer({ min: 1, max: classes }).chain((width) =>
    fc
      .array(
        fc.tuple(fc.array(logit, { minLength: width, maxLength: width }), fc.integer({ min: 0, max: width - 1 })),
        { minLength: 1, maxLength: most },
      )
      .map((rows) => {
        const logits = Float32Array.from(rows.flatMap(([row]) => row));
        return predictions(
          logits,
          Uint8Array.from(rows, ([, label]) => label),
          width,
        );
      }),
  );
}

/** The same examples in another order. */
export function reordered({ n, classes, logits, labels }: Predictions, order: ArrayLike<number>): Predictions {
  const rows = Array.from(order);
  return {
    ...{ n, classes },
    logits: Float32Array.from(rows.flatMap((row) => [...logits.subarray(row * classes, (row + 1) * classes)])),
    labels: Uint8Array.from(rows, (row) => labels[row] ?? 0),
  };
}
