import { normalizeAxes, normalizeAxis, sizeOf } from '../../../graph/shape.js';
import type { Evaluate, EvaluateContext } from '../evaluate.js';
import { eachPosition, linesAlong, offsetOf } from '../indexing.js';

type Reduction = 'ReduceSum' | 'ReduceMean' | 'ReduceMax' | 'ReduceMin' | 'ReduceProd';

function reduce(
  context: EvaluateContext<Reduction>,
  initial: number,
  combine: (a: number, b: number) => number,
): Float64Array {
  const { shape, data } = context.input(0);
  const axes = normalizeAxes(context.attributes.axes, shape.length) ?? [];
  const kept = shape.map((n, i) => (axes.includes(i) ? 1 : n));
  const result = new Float64Array(sizeOf(kept)).fill(initial);
  eachPosition(shape, (position, flat) => {
    const target = offsetOf(
      kept,
      position.map((n, i) => (axes.includes(i) ? 0 : n)),
    );
    result[target] = combine(result[target] ?? initial, data[flat] ?? 0);
  });
  return result;
}

export const reduceSum: Evaluate<'ReduceSum'> = (context) => [reduce(context, 0, (a, b) => a + b)];
export const reduceMax: Evaluate<'ReduceMax'> = (context) => [reduce(context, -Infinity, Math.max)];
export const reduceMin: Evaluate<'ReduceMin'> = (context) => [reduce(context, Infinity, Math.min)];

export const reduceProd: Evaluate<'ReduceProd'> = (context) => [reduce(context, 1, (a, b) => a * b)];

export const reduceMean: Evaluate<'ReduceMean'> = (context) => {
  const sums = reduce(context, 0, (a, b) => a + b);
  const count = context.input(0).data.length / sums.length;
  return [sums.map((sum) => sum / count)];
};

/** The first of equal maxima. */
export const argMax: Evaluate<'ArgMax'> = (context) => {
  const { shape, data } = context.input(0);
  const { starts, stride, length } = linesAlong(shape, normalizeAxis(context.attributes.axis, shape.length) ?? 0);
  return [
    Float64Array.from(starts, (start) => {
      let best = 0;
      for (let i = 1; i < length; i++) {
        if ((data[start + i * stride] ?? 0) > (data[start + best * stride] ?? 0)) best = i;
      }
      return best;
    }),
  ];
};

export const cumSum: Evaluate<'CumSum'> = (context) => {
  const { axis, exclusive, reverse } = context.attributes;
  const { shape, data } = context.input(0);
  const result = new Float64Array(data.length);
  const { starts, stride, length } = linesAlong(shape, normalizeAxis(axis, shape.length) ?? 0);
  for (const start of starts) {
    let sum = 0;
    for (let i = 0; i < length; i++) {
      const offset = start + (reverse ? length - 1 - i : i) * stride;
      const next = sum + (data[offset] ?? 0);
      result[offset] = exclusive ? sum : next;
      sum = next;
    }
  }
  return [result];
};
