import { readFileSync } from 'node:fs';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { compile } from '../../runtime/executable.js';
import { interpret } from '../../runtime/reference/index.js';
import { GraphBuilder, numbersOf, operatorNames, tensorOf } from '../index.js';
import { operatorCases, valuesOf } from '../operators/operator-cases.fixture.js';
import {
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  type ModelProto,
  ModelProtoSchema,
  NodeProtoSchema,
  OperatorSetIdProtoSchema,
  TensorProtoSchema,
} from './generated/onnx_pb.js';
import { decodeOnnx, encodeOnnx, OnnxError } from './index.js';
import { packedTensor } from './packed-tensor.fixture.js';
import { tensorFromProto, tensorToProto } from './tensor-codec.js';

describe('what was written reads back', () => {
  // The body of a Loop counts its own turns in ONNX; such a file is read by no one here.
  test.each(operatorNames.filter((operator) => operator !== 'Loop'))('%s', (operator) => {
    for (const { inputs, build } of operatorCases[operator]) {
      const b = new GraphBuilder();
      const values = inputs.map(({ dtype, shape }, i) => b.input(`x${i}`, dtype, shape));
      for (const [i, output] of valuesOf(build(b, ...values)).entries()) b.output(`y${i}`, output);
      const feeds = Object.fromEntries(inputs.map((input, i) => [`x${i}`, input]));
      const graph = b.build();
      const read = decodeOnnx(encodeOnnx(graph));
      // ONNX keeps attributes in f32, so the first reading may round them; the second is exact.
      const original = interpret(graph, feeds);
      const again = interpret(read, feeds);
      for (const [name, tensor] of Object.entries(original)) {
        expect(again[name]).toMatchObject({ dtype: tensor.dtype, shape: tensor.shape });
        expect(Array.from(again[name]?.data ?? [], Number)).toEqual(
          Array.from(tensor.data, (x: number | bigint) => expect.closeTo(Number(x), 6)),
        );
      }
      expect(encodeOnnx(decodeOnnx(encodeOnnx(read)))).toEqual(encodeOnnx(read));
    }
  });

  test('parameters keep their names', () => {
    const b = new GraphBuilder();
    const weight = b.constant([1, 2, 3], 'f32', [3], 'blocks.0.norm1.weight');
    b.output('y', b.mul(b.input('x', 'f32', [2, 3]), weight));
    expect(decodeOnnx(encodeOnnx(b.build())).constants.map(({ value }) => value.name)).toEqual([
      'blocks.0.norm1.weight',
    ]);
  });

  test('names that clash with inner ones are kept apart', () => {
    const b = new GraphBuilder();
    const x = b.input('v2', 'f32', [2]);
    b.output('v1', b.exp(b.neg(b.exp(x))));
    expect(interpret(decodeOnnx(encodeOnnx(b.build())), { v2: tensorOf('f32', [2], [0, 1]) }).v1?.data).toEqual(
      Float64Array.of(Math.exp(-1), Math.exp(-Math.E)),
    );
  });

  test.each(['f32', 'f16', 'bf16', 'f64', 'i64', 'i32', 'u8', 'bool'] as const)('%s tensors', (dtype) => {
    const tensor = tensorOf(dtype, [2, 2], [0, 1, 1, 0]);
    const bytes = toBinary(TensorProtoSchema, tensorToProto('t', tensor));
    expect(tensorFromProto(fromBinary(TensorProtoSchema, bytes))).toEqual(tensor);
  });

  test('equal graphs give equal bytes', () => {
    const bytes = () => {
      const b = new GraphBuilder();
      b.output('y', b.layerNormalization(b.input('x', 'f32', [2, 4]), b.constant(1, 'f32', [4]), null));
      return encodeOnnx(b.build());
    };
    expect(bytes()).toEqual(bytes());
  });
});

describe("models written by ONNX's own Python package", () => {
  const { models } = z
    .object({
      models: z.record(
        z.string(),
        z.object({
          onnx: z.base64(),
          dimensions: z.record(z.string(), z.int()),
          feeds: z.record(z.string(), packedTensor),
          outputs: z.record(z.string(), packedTensor),
        }),
      ),
    })
    .parse(JSON.parse(readFileSync(new URL('./fixtures/foreign-models.json', import.meta.url), 'utf8')));

  test.each(Object.entries(models))('%s computes what its reference evaluator computed', async (_, model) => {
    const graph = decodeOnnx(Buffer.from(model.onnx, 'base64'), { dimensions: model.dimensions });
    const executable = await compile(graph, { device: 'cpu', threads: 1 });
    const onCpu = await executable.run(model.feeds);
    await executable.dispose();
    const inReference = interpret(graph, model.feeds);
    for (const [name, expected] of Object.entries(model.outputs)) {
      for (const found of [onCpu[name], inReference[name]]) {
        if (found === undefined) throw new Error(`No output ${name}.`);
        expect(found.shape).toEqual(expected.shape);
        expect([...numbersOf(found)]).toEqual([...numbersOf(expected)].map((x) => expect.closeTo(x, 5)));
      }
    }
  });
});

describe('a file that cannot be read is refused with the reason', () => {
  function file(change: (model: ModelProto) => void): Uint8Array {
    const b = new GraphBuilder();
    const x = b.input('x', 'f32', [2, 3]);
    b.output('y', b.reshape(b.mul(x, b.constant([1, 2, 3], 'f32', [3], 'weights')), [3, 2]));
    const model = fromBinary(ModelProtoSchema, encodeOnnx(b.build()));
    change(model);
    return toBinary(ModelProtoSchema, model);
  }
  const graphOf = (model: ModelProto) => {
    if (model.graph === undefined) throw new Error('No graph.');
    return model.graph;
  };

  const opset = create(OperatorSetIdProtoSchema);

  test.each<[string, (model: ModelProto) => void, string]>([
    ['an old opset', (m) => m.opsetImport.splice(0, 1, { ...opset, version: 6n }), 'The file uses opset 6.'],
    [
      'an unknown operator',
      (m) => void Object.assign(graphOf(m).node[0] ?? {}, { opType: 'Foo' }),
      'Foo "v2" is an operator that',
    ],
    ['an open dimension', (m) => void openBatch(graphOf(m).input), 'Dimension 0 of input "x" is open ("batch").'],
    ['short data', (m) => void shorten(graphOf(m).initializer), 'needs 3 elements but has 2.'],
    ['a missing operand', (m) => void graphOf(m).initializer.splice(0, 1), '"weights", read by Mul'],
    [
      'a shape from the outside',
      (m) => void feedTheShape(m),
      'takes its shape from "x", which is computed at run time',
    ],
    ['shapes that do not fit', (m) => void widen(m), 'does not fit its operands. Mul(f32[2, 5], f32[3])'],
    ['an unknown attribute', (m) => void addAttribute(m), 'has padding=1, which Stockpot does not know'],
  ])('%s', (_, change, message) => {
    expect(() => decodeOnnx(file(change))).toThrow(OnnxError);
    expect(() => decodeOnnx(file(change))).toThrow(message);
  });

  test.each([
    ['nothing', new Uint8Array()],
    ['text', new TextEncoder().encode('PK: this is no model')],
    ['half a file', file(() => undefined).slice(0, 40)],
  ])('%s', (_, bytes) => {
    expect(() => decodeOnnx(bytes)).toThrow(OnnxError);
  });

  function openBatch([input]: NonNullable<ModelProto['graph']>['input']): void {
    const type = input?.type?.value;
    const dimension = type?.case === 'tensorType' ? type.value.shape?.dim[0] : undefined;
    if (dimension !== undefined) dimension.value = { case: 'dimParam', value: 'batch' };
  }

  function widen(model: ModelProto): void {
    const type = graphOf(model).input[0]?.type?.value;
    const dimension = type?.case === 'tensorType' ? type.value.shape?.dim[1] : undefined;
    if (dimension !== undefined) dimension.value = { case: 'dimValue', value: 5n };
  }

  function shorten(initializers: NonNullable<ModelProto['graph']>['initializer']): void {
    const weights = initializers.find(({ name }) => name === 'weights');
    if (weights !== undefined) weights.rawData = weights.rawData.slice(0, 8);
  }

  function reshapeOf(model: ModelProto) {
    return graphOf(model).node.find(({ opType }) => opType === 'Reshape') ?? create(NodeProtoSchema);
  }

  function feedTheShape(model: ModelProto): void {
    reshapeOf(model).input[1] = 'x';
  }

  function addAttribute(model: ModelProto): void {
    const padding = create(AttributeProtoSchema, {
      name: 'padding',
      type: AttributeProto_AttributeType.INT,
      i: 1n,
    });
    reshapeOf(model).attribute.push(padding);
  }
});
