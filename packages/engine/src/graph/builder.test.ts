import { describe, expect, test } from 'vitest';
import { GraphBuilder, GraphError, operatorNames, operators } from './index.js';
import { OPSET } from './onnx/index.js';

describe('the builder', () => {
  test('infers shapes as it goes', () => {
    const b = new GraphBuilder();
    const tokens = b.input('tokens', 'f32', [8, 17, 64]);
    const weights = b.input('weights', 'f32', [64, 192]);
    const qkv = b.transpose(b.reshape(b.matMul(tokens, weights), [8, 17, 3, 4, 16]), { perm: [2, 0, 3, 1, 4] });
    expect(qkv.shape).toEqual([3, 8, 4, 17, 16]);
    expect(b.argMax(qkv, { axis: -1, keepdims: false })).toMatchObject({ dtype: 'i64', shape: [3, 8, 4, 17] });
  });

  test('takes numbers as operands, in the dtype of the other one', () => {
    const b = new GraphBuilder();
    const half = b.mul(b.input('x', 'f64', [2]), 0.5);
    expect(half.dtype).toBe('f64');
    const [node] = b.nodes;
    const factor = node?.inputs[1];
    expect(factor && b.constantOf(factor)).toMatchObject({ dtype: 'f64', shape: [], data: Float64Array.of(0.5) });
    expect(() => b.add(1, 2)).toThrow('both operands are plain numbers');
  });

  test('shares equal sub-expressions and equal scalars', () => {
    const b = new GraphBuilder();
    const x = b.input('x', 'f32', [3]);
    expect(b.exp(b.mul(x, 2))).toBe(b.exp(b.mul(x, 2)));
    expect(b.constant(2)).toBe(b.constant(2));
    expect(b.constant(0)).not.toBe(b.constant(-0));
    expect(b.constant(2, 'f64')).not.toBe(b.constant(2));
    expect(b.clip(x, null, 1)).not.toBe(b.clip(x, Number.NEGATIVE_INFINITY, 1));
    expect(b.nodes).toHaveLength(4);
  });

  test('gives constants the dtype of their array', () => {
    const b = new GraphBuilder();
    expect(b.constant(BigInt64Array.of(1n, 2n))).toMatchObject({ dtype: 'i64', shape: [2] });
    expect(b.constant(Uint8Array.of(0, 1), 'bool')).toMatchObject({ dtype: 'bool', shape: [2] });
    expect(b.constant([1, 2, 3, 4], 'i32', [2, 2])).toMatchObject({ dtype: 'i32', shape: [2, 2] });
    expect(b.constant(7, 'f32', [2, 3]).shape).toEqual([2, 3]);
    expect(() => b.constant(Uint16Array.of(1))).toThrow("say which with constant(data, 'f16')");
    expect(() => b.constant(Float32Array.of(1), 'f64')).toThrow('A Float32Array does not hold f64');
    expect(() => b.constant([1, 2], 'f32', [3])).toThrow('needs 3 elements, but 2 were given');
  });

  test('drops what no output needs', () => {
    const b = new GraphBuilder();
    const x = b.input('x', 'f32', [3]);
    b.exp(x);
    b.output('y', b.mul(x, 2));
    expect(b.build().nodes.map((node) => node.operator)).toEqual(['Mul']);
  });
});

describe('a wrong operand is refused at once, with the operator and the operands in the sentence', () => {
  const b = new GraphBuilder();
  const matrix = b.input('matrix', 'f32', [2, 3]);
  const other = b.input('other', 'f32', [4, 5]);
  const labels = b.input('labels', 'i64', [2]);

  test.each([
    [
      'shapes that do not broadcast',
      () => b.add(matrix, other),
      'Add(f32[2, 3], f32[4, 5]): The shapes do not broadcast',
    ],
    ['two dtypes', () => b.mul(matrix, labels), 'must have one dtype; cast one of them'],
    ['inner dimensions', () => b.matMul(matrix, other), 'MatMul(f32[2, 3], f32[4, 5]): The inner dimensions differ.'],
    ['gemm', () => b.gemm(matrix, other, null, { transB: true }), 'The inner dimensions 3 and 5 differ'],
    [
      'an axis out of range',
      () => b.softmax(matrix, { axis: 2 }),
      'Softmax(f32[2, 3]): Axis 2 is out of range for 2 dimensions.',
    ],
    ['an axis named twice', () => b.reduceSum(matrix, { axes: [1, -1] }), 'out of range or repeated'],
    ['a reshape that loses elements', () => b.reshape(matrix, [4, 2]), '6 elements cannot take the shape [4, 2]'],
    ['a permutation', () => b.transpose(matrix, { perm: [0, 0] }), 'perm [0, 0] is not a permutation'],
    ['split sizes', () => b.split(matrix, { axis: 1, sizes: [1, 1] }), 'do not add up to 3'],
    ['float indices', () => b.gather(matrix, other), 'Input 1 must be i64 or i32 but is f32; cast it'],
    ['exp of integers', () => b.exp(labels), 'It takes floating-point numbers; cast the operand'],
    ['crossed bounds', () => b.clip(matrix, 1, -1), 'the wrong way round'],
    ['scale of another width', () => b.layerNormalization(matrix, other), 'must broadcast to the normalised axes [3]'],
    ['squeezing a long axis', () => b.squeeze(matrix, [0]), 'Axis 0 has size 2, not 1'],
    ['an endless slice', () => b.slice(matrix, { starts: [0], ends: [1], steps: [0] }), 'A step of 0 never ends'],
    ['concatenation', () => b.concat([matrix, other], { axis: 0 }), 'differs from input 0 in an axis other than 0'],
  ])('%s', (_, build, message) => {
    expect(build).toThrow(GraphError);
    expect(build).toThrow(message);
  });

  test('a value of another graph', () => {
    const foreign = new GraphBuilder().input('x', 'f32', [2, 3]);
    expect(() => b.add(matrix, foreign)).toThrow('belongs to another graph');
  });

  test('names that are taken', () => {
    expect(() => b.input('matrix', 'f32', [])).toThrow('has an input "matrix" already');
    expect(() => b.output('matrix', other)).toThrow('call the output "next.matrix"');
    b.output('result', other);
    expect(() => b.output('result', matrix)).toThrow('has an output "result" already');
    expect(() => b.input('result', 'f32', [])).toThrow('"result" is an output already');
  });

  test('a graph without outputs', () => {
    expect(() => new GraphBuilder().build()).toThrow('has no output');
  });
});

test('no operator of the table is younger than the opset that files are written in', () => {
  for (const name of operatorNames) expect(operators[name].onnx.since).toBeLessThanOrEqual(OPSET);
});
