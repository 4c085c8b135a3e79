import { describe, expect, test } from 'vitest';
import { gradients } from '../../autodiff/index.js';
import { interpret } from '../../runtime/reference/index.js';
import { GraphBuilder, type Tensor, tensorOf } from '../index.js';
import { OnnxError, readOnnx } from './index.js';
import {
  computed,
  floatAttribute,
  floats,
  functionProto,
  graphAttribute,
  graphProto,
  type HandMade,
  intAttribute,
  integers,
  modelFile,
  nodeProto,
  passedAttribute,
} from './model-file.fixture.js';

const linear: HandMade = {
  nodes: [
    nodeProto('Mul', ['x', 'scale'], ['scaled']),
    nodeProto('BatchNormalization', ['scaled', 'gain', 'shift', 'mean', 'variance'], ['normed']),
    nodeProto('Reshape', ['normed', 'shape'], ['y']),
    nodeProto('Mul', ['x', 'unread'], ['nowhere']),
  ],
  inputs: { x: ['batch', 2] },
  outputs: ['y'],
  initialisers: [
    floats('scale', [2], [2, 3]),
    floats('gain', [2], [1, 1]),
    floats('shift', [2], [0, 0]),
    floats('mean', [2], [0, 0]),
    floats('variance', [2], [1, 1]),
    floats('unused', [2], [1, 1]),
    floats('unread', [2], [1, 1]),
    integers('shape', [-1]),
  ],
};

describe('a model', () => {
  const model = readOnnx(modelFile(linear), { dimensions: { batch: 2 } });

  test('says what it takes, gives and can learn', () => {
    expect(model).toMatchObject({ opset: 20, producer: 'by hand', outputs: ['y'] });
    expect(model.inputs).toEqual([{ name: 'x', dtype: 'f32', shape: [2, 2] }]);
    expect([...model.parameters.keys()]).toEqual(['scale', 'gain', 'shift']);
  });

  test('learns through any of its parameters', () => {
    const b = new GraphBuilder();
    const x = b.input('x', 'f32', [2, 2]);
    const scale = b.input('scale', 'f32', [2]);
    const { y } = model.build(b, { x }, { scale });
    if (y === undefined) throw new Error('No output y.');
    const [slope] = gradients(b, b.reduceSum(y), [scale]);
    if (slope === undefined) throw new Error('No gradient.');
    b.output('slope', slope);
    const feeds: Record<string, Tensor> = {
      x: tensorOf('f32', [2, 2], [1, 2, 3, 4]),
      scale: tensorOf('f32', [2], [2, 3]),
    };
    const found = interpret(b.build(), feeds).slope;
    // Batch normalisation divides by √(1 + 1e-5).
    expect(Array.from(found?.data ?? [], Number)).toEqual(
      [4, 6].map((sum) => expect.closeTo(sum / Math.sqrt(1 + 1e-5), 6)),
    );
  });

  test('stands in a graph as often as one likes', () => {
    const b = new GraphBuilder();
    const x = b.input('x', 'f32', [2, 2]);
    const { y: once } = model.build(b, { x });
    const { y: twice } = model.build(b, { x: b.neg(x) });
    if (once === undefined || twice === undefined) throw new Error('No output y.');
    b.output('sum', b.add(once, twice));
    const feeds = { x: tensorOf('f32', [2, 2], [1, 2, 3, 4]) };
    expect(interpret(b.build(), feeds).sum?.data).toEqual(new Float64Array(4));
  });

  test.each<[string, (b: GraphBuilder) => unknown, string]>([
    ['an input that is missing', (b) => model.build(b, {}), 'Input "x" was not given.'],
    [
      'an input of another shape',
      (b) => model.build(b, { x: b.input('x', 'f32', [3, 2]) }),
      '"x" is f32[2, 2] in the file but was given f32[3, 2].',
    ],
    [
      'statistics as parameters',
      (b) => model.build(b, { x: b.input('x', 'f32', [2, 2]) }, { mean: b.input('m', 'f32', [2]) }),
      'The model has no parameter "mean" that can be trained.',
    ],
  ])('refuses %s', (_, build, message) => {
    expect(() => build(new GraphBuilder())).toThrow(OnnxError);
    expect(() => build(new GraphBuilder())).toThrow(message);
  });

  test('takes the size of an open dimension by its place too', () => {
    expect(readOnnx(modelFile(linear), { dimensions: { 'x:0': 5 } }).inputs[0]?.shape).toEqual([5, 2]);
  });
});

describe('what is known before anything runs', () => {
  test('shapes that are computed: flattened by the product of two dimensions', () => {
    const nodes = [
      nodeProto('Shape', ['x'], ['shape']),
      nodeProto('Gather', ['shape', 'zero'], ['rows']),
      nodeProto('Gather', ['shape', 'one'], ['columns']),
      nodeProto('Mul', ['rows', 'columns'], ['total']),
      nodeProto('Reshape', ['x', 'total'], ['y']),
    ];
    const initialisers = [integers('zero', [0]), integers('one', [1])];
    const file = { nodes, initialisers, inputs: { x: [2, 3] }, outputs: ['y'] };
    expect(computed(file)).toEqual({ shape: [6], data: [1, 2, 3, 4, 5, 6] });
  });

  test('the end that means "to the end"', () => {
    const end = { ...integers('end', [0]), int64Data: [9223372036854775807n] };
    const nodes = [nodeProto('Slice', ['x', 'start', 'end'], ['y'])];
    const file = { nodes, initialisers: [integers('start', [1]), end], inputs: { x: [3] }, outputs: ['y'] };
    expect(computed(file).data).toEqual([2, 3]);
  });

  test('a condition about shapes chooses its branch, which sees the values around it', () => {
    const branch = (operator: string) => graphProto([nodeProto(operator, ['x'], ['inner'])], ['inner']);
    const nodes = [
      nodeProto('Shape', ['x'], ['shape']),
      nodeProto('Equal', ['shape', 'three'], ['is three']),
      nodeProto('Squeeze', ['is three'], ['condition']),
      nodeProto(
        'If',
        ['condition'],
        ['y'],
        [graphAttribute('then_branch', branch('Neg')), graphAttribute('else_branch', branch('Exp'))],
      ),
    ];
    const file = (length: number) => ({
      nodes,
      initialisers: [integers('three', [3])],
      inputs: { x: [length] },
      outputs: ['y'],
    });
    expect(computed(file(3)).data).toEqual([-1, -2, -3]);
    expect(computed(file(1)).data).toEqual([Math.E]);
  });

  test('functions of the file, with attributes that are passed on or left at their default', () => {
    const leaky = functionProto(
      'Leaky',
      ['input'],
      ['output'],
      [
        nodeProto('Neg', ['input'], ['turned']),
        nodeProto('LeakyRelu', ['turned'], ['output'], [passedAttribute('alpha', 'slope')]),
      ],
      [floatAttribute('slope', 0.5)],
    );
    const call = (attributes: Parameters<typeof nodeProto>[3]) => ({
      nodes: [nodeProto('Leaky', ['x'], ['y'], attributes, 'mine')],
      functions: [leaky],
      inputs: { x: [2] },
      outputs: ['y'],
    });
    expect(computed(call([])).data).toEqual([-0.5, -1]);
    expect(computed(call([floatAttribute('slope', 2)])).data).toEqual([-2, -4]);
  });
});

describe('old opsets mean what they meant', () => {
  test('softmax over everything from its axis on, up to opset 12', () => {
    const nodes = [nodeProto('Softmax', ['x'], ['y'])];
    const file = { nodes, inputs: { x: [1, 2, 2] }, outputs: ['y'], opset: 12 };
    const total = [1, 2, 3, 4].reduce((sum, n) => sum + Math.exp(n), 0);
    expect(computed(file).data).toEqual([1, 2, 3, 4].map((n) => expect.closeTo(Math.exp(n) / total, 6)));
  });

  test('axes, bounds and pieces that were attributes', () => {
    const nodes = [
      nodeProto('Unsqueeze', ['x'], ['row'], [{ ...intAttribute('axes', 0), ints: [0n] }]),
      nodeProto('Clip', ['row'], ['clipped'], [floatAttribute('min', 2), floatAttribute('max', 3)]),
      nodeProto('Split', ['clipped'], ['left', 'right'], [intAttribute('axis', 1)]),
      nodeProto(
        'ReduceSum',
        ['right'],
        ['y'],
        [{ ...intAttribute('axes', 0), ints: [1n] }, intAttribute('keepdims', 0)],
      ),
    ];
    expect(computed({ nodes, inputs: { x: [4] }, outputs: ['y'], opset: 9 })).toEqual({ shape: [1], data: [6] });
  });
});
