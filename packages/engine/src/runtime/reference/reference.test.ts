import { describe, expect, test } from 'vitest';
import { GraphBuilder, type Tensor, tensor, tensorOf, type Value } from '../../graph/index.js';
import { erf } from './erf.js';
import { interpret } from './index.js';

/** The function at one number, in f64. */
function at(x: number, build: (b: GraphBuilder, x: Value) => Value): number {
  const b = new GraphBuilder();
  b.output('y', build(b, b.input('x', 'f64', [])));
  return Number(interpret(b.build(), { x: tensor('f64', [], Float64Array.of(x)) }).y?.data[0]);
}

describe('golden values', () => {
  // science.md §7.5, computed with NumPy in f64.
  test('GELU(1.5) by the error function, by tanh, and its quick form', () => {
    expect(at(1.5, (b, x) => b.gelu(x))).toBeCloseTo(1.3997891981, 10);
    expect(at(1.5, (b, x) => b.gelu(x, { approximate: 'tanh' }))).toBeCloseTo(1.399571577, 10);
    expect(at(1.5, (b, x) => b.mul(x, b.sigmoid(b.mul(x, 1.702))))).toBeCloseTo(1.3916621984, 10);
  });

  // Abramowitz and Stegun, table 7.1, and DLMF 7.2.
  test.each([
    [0, 0],
    [0.5, 0.5204998778130465],
    [1, 0.8427007929497149],
    [2, 0.9953222650189527],
    [3.5, 0.9999992569016276],
    [7, 1],
  ])('erf(%f)', (x, value) => {
    expect(erf(x)).toBeCloseTo(value, 14);
    expect(erf(-x)).toBeCloseTo(-value, 14);
  });

  test('softmax of (0, ln 2, ln 5)', () => {
    const b = new GraphBuilder();
    const logits = b.constant(Float64Array.of(0, Math.log(2), Math.log(5)));
    b.output('y', b.softmax(logits));
    const { y } = interpret(b.snapshot(), {});
    expect(Array.from(y?.data ?? [], Number)).toEqual([1, 2, 5].map((n) => expect.closeTo(n / 8, 15)));
  });

  test('layer normalisation has mean bias, deviation scale', () => {
    const b = new GraphBuilder();
    const x = b.input('x', 'f64', [1, 4]);
    const [scale, bias] = [b.constant(3, 'f64', [4]), b.constant(5, 'f64', [4])];
    b.output('y', b.layerNormalization(x, scale, bias, { epsilon: 0 }));
    const { y } = interpret(b.build(), { x: tensor('f64', [1, 4], Float64Array.of(1, 2, 3, 6)) });
    // Mean 3, biased variance 3.5.
    const expected = [1, 2, 3, 6].map((n) => expect.closeTo(5 + (3 * (n - 3)) / Math.sqrt(3.5), 14));
    expect(Array.from(y?.data ?? [], Number)).toEqual(expected);
  });

  test('softmax and log-softmax survive large logits', () => {
    const b = new GraphBuilder();
    const x = b.input('x', 'f32', [2]);
    b.output('y', b.logSoftmax(x));
    expect(interpret(b.build(), { x: tensorOf('f32', [2], [1000, 0]) }).y?.data).toEqual(Float64Array.of(0, -1000));
  });
});

describe('feeds', () => {
  const b = new GraphBuilder();
  b.output('y', b.gather(b.input('x', 'f32', [3]), b.input('i', 'i64', [1])));
  const graph = b.build();
  const x: Tensor = tensorOf('f64', [3], [1, 2, 3]);

  test('may be f64 where the graph says f32', () => {
    expect(interpret(graph, { x, i: tensorOf('i64', [1], [-1]) }).y).toEqual(tensor('f64', [1], Float64Array.of(3)));
  });

  test('must be complete, well shaped and within bounds', () => {
    expect(() => interpret(graph, { x })).toThrow('Input "i" was not fed.');
    expect(() => interpret(graph, { x: tensorOf('f32', [1], [0]), i: x })).toThrow('Input "x" is [3] but was fed [1].');
    expect(() => interpret(graph, { x, i: tensorOf('i64', [1], [3]) })).toThrow(
      'Index 3 is outside of an axis of length 3.',
    );
  });
});
