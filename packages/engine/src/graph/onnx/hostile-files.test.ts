/** Files that are damaged, or made to harm: each is refused with an OnnxError, in little memory. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { keyed } from '../../random/index.js';
import { decodeOnnx, OnnxError, readOnnx } from './index.js';
import {
  computed,
  floats,
  functionProto,
  graphAttribute,
  graphProto,
  type HandMade,
  intAttribute,
  integers,
  modelFile,
  nodeProto,
} from './model-file.fixture.js';

describe('what is refused, and why', () => {
  const single = (type: string, domain = ''): HandMade => ({
    nodes: [nodeProto(type, ['x'], ['y'], [], domain)],
    inputs: { x: [2] },
    outputs: ['y'],
  });

  test.each([
    ['Loop', 'repeats a part of the graph a number of times that is known at run time only'],
    ['QLinearMatMul', 'computes with quantised integers'],
    ['LSTM', 'is a recurrent layer'],
    ['NonZero', 'gives a result whose shape depends on the data'],
    ['RandomNormal', 'draws random numbers inside the graph'],
    ['Foo', 'is an operator that Stockpot does not know'],
    ['constructor', 'is an operator that Stockpot does not know'],
  ])('%s', (type, reason) => {
    expect(() => readOnnx(modelFile(single(type)))).toThrow(OnnxError);
    expect(() => readOnnx(modelFile(single(type)))).toThrow(`${type} "y" ${reason}`);
  });

  test('a branch chosen by data', () => {
    const branch = graphProto([nodeProto('Neg', ['x'], ['inner'])], ['inner']);
    const node = nodeProto(
      'If',
      ['x'],
      ['y'],
      [graphAttribute('then_branch', branch), graphAttribute('else_branch', branch)],
    );
    expect(() => readOnnx(modelFile({ nodes: [node], inputs: { x: [] }, outputs: ['y'] }))).toThrow(
      'chooses a branch by a condition that is computed at run time',
    );
  });

  test('a function that calls itself', () => {
    const endless = functionProto('Endless', ['a'], ['b'], [nodeProto('Endless', ['a'], ['b'], [], 'mine')]);
    const file = { ...single('Endless', 'mine'), functions: [endless] };
    expect(() => readOnnx(modelFile(file))).toThrow('The file has functions without end.');
  });

  test('a range that would fill the memory', () => {
    const nodes = [nodeProto('Range', ['from', 'to', 'step'], ['y'])];
    const scalar = (name: string, value: number) => ({ ...integers(name, [value]), dims: [] });
    const initialisers = [scalar('from', 0), scalar('to', 2 ** 40), scalar('step', 1)];
    expect(() => readOnnx(modelFile({ nodes, initialisers, inputs: { x: [1] }, outputs: ['y'] }))).toThrow(
      'would make the constants of the graph longer than 4194304 numbers',
    );
  });

  test('names that every JavaScript object has, which are no names of the tables', () => {
    const nodes = [nodeProto('Mul', ['x', 'constructor'], ['__proto__']), nodeProto('Neg', ['__proto__'], ['y'])];
    const file = { nodes, initialisers: [floats('constructor', [1], [3])], inputs: { x: [2] }, outputs: ['y'] };
    expect(computed(file).data).toEqual([-3, -6]);
    const odd = { ...single('Exp'), nodes: [nodeProto('Exp', ['x'], ['y'], [intAttribute('toString', 1)])] };
    expect(() => readOnnx(modelFile(odd))).toThrow('has toString=1, which Stockpot does not know');
  });

  test('a graph without outputs', () => {
    expect(() => readOnnx(modelFile({ ...single('Neg'), outputs: [] }))).toThrow('The graph has no output.');
  });

  test('an index among constants that leads nowhere', () => {
    const nodes = [nodeProto('Gather', ['table', 'index'], ['picked']), nodeProto('Mul', ['x', 'picked'], ['y'])];
    const file = {
      nodes,
      inputs: { x: [2] },
      outputs: ['y'],
      initialisers: [floats('table', [2], [1, 2]), integers('index', [7])],
    };
    expect(() => decodeOnnx(modelFile(file))).toThrow(OnnxError);
    expect(() => decodeOnnx(modelFile(file))).toThrow('Index 7 is outside of an axis of length 2.');
  });

  test('a chain that doubles a constant is left to be computed at run time, and makes no memory', () => {
    const doubled = Array.from({ length: 40 }, (_, i) =>
      nodeProto('Concat', [`c${i}`, `c${i}`], [`c${i + 1}`], [intAttribute('axis', 0)]),
    );
    const nodes = [...doubled, nodeProto('ReduceSum', ['c40'], ['sum']), nodeProto('Mul', ['x', 'sum'], ['y'])];
    const initialisers = [floats('c0', [1024], new Array<number>(1024).fill(1))];
    const graph = decodeOnnx(modelFile({ nodes, initialisers, inputs: { x: [1] }, outputs: ['y'] }));
    expect(graph.constants.reduce((sum, { tensor }) => sum + tensor.data.length, 0)).toBeLessThan(2 ** 20);
  });

  test('a negative dimension, and one name for two inputs', () => {
    expect(() => readOnnx(modelFile({ ...single('Neg'), inputs: { x: [-2] } }))).toThrow('has the impossible size -2');
    const twice = modelFile({ ...single('Neg'), outputs: ['x'] });
    expect(() => decodeOnnx(twice)).toThrow(OnnxError);
  });
});

describe('damaged files', () => {
  const { cases } = z
    .object({ cases: z.record(z.string(), z.object({ files: z.record(z.string(), z.base64()) })) })
    .parse(JSON.parse(readFileSync(new URL('./fixtures/pytorch-exports.json', import.meta.url), 'utf8')));

  test.each(Object.entries(cases))('%s with any bytes changed is read or refused, nothing else', (_, { files }) => {
    for (const [style, base64] of Object.entries(files)) {
      const intact = Buffer.from(base64, 'base64');
      const source = keyed(20240, style);
      for (let round = 0; round < 60; round++) {
        const bytes = Uint8Array.from(intact);
        for (let change = 0; change <= round % 4; change++) bytes[source.integer(bytes.length)] = source.integer(256);
        const end = round % 5 === 0 ? source.integer(bytes.length) : bytes.length;
        expect(outcome(bytes.subarray(0, end))).toMatch(/^(read|refused)$/);
      }
    }
  });

  function outcome(bytes: Uint8Array): string {
    try {
      readOnnx(bytes, { dimensions: { batch: 2 } });
      return 'read';
    } catch (error) {
      return error instanceof OnnxError
        ? 'refused'
        : `broke: ${String(error)} ${error instanceof Error ? error.stack : ''}`;
    }
  }
});
