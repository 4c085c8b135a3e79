import { create, toBinary } from '@bufbuild/protobuf';
import { interpret } from '../../runtime/reference/index.js';
import { tensorOf } from '../index.js';
import {
  type AttributeProto,
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  type FunctionProto,
  FunctionProtoSchema,
  type GraphProto,
  GraphProtoSchema,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  type TensorProto,
  TensorProto_DataLocation,
  TensorProtoSchema,
  ValueInfoProtoSchema,
} from './generated/onnx_pb.js';
import { decodeOnnx } from './index.js';

/** A file put together by hand, for what no exporter writes on request. */
export interface HandMade {
  readonly nodes: readonly NodeProto[];
  /** f32 inputs and outputs; a string is a dimension left open. */
  readonly inputs: Readonly<Record<string, readonly (number | string)[]>>;
  readonly outputs: readonly string[];
  readonly initialisers?: readonly TensorProto[];
  readonly functions?: readonly FunctionProto[];
  readonly opset?: number;
}

export function modelFile({
  nodes,
  inputs,
  outputs,
  initialisers = [],
  functions = [],
  opset = 20,
}: HandMade): Uint8Array {
  const model = create(ModelProtoSchema, {
    irVersion: 8n,
    producerName: 'by hand',
    opsetImport: [{ domain: '', version: BigInt(opset) }],
    graph: graphProto(nodes, outputs, inputs, initialisers),
    functions: [...functions],
  });
  return toBinary(ModelProtoSchema, model);
}

export function graphProto(
  nodes: readonly NodeProto[],
  outputs: readonly string[],
  inputs: HandMade['inputs'] = {},
  initialisers: readonly TensorProto[] = [],
): GraphProto {
  return create(GraphProtoSchema, {
    name: 'graph',
    node: [...nodes],
    initializer: [...initialisers],
    input: Object.entries(inputs).map(([name, shape]) => valueInfo(name, shape)),
    output: outputs.map((name) => valueInfo(name, [])),
  });
}

function valueInfo(name: string, shape: readonly (number | string)[]) {
  const dim = shape.map((size) =>
    typeof size === 'number'
      ? { value: { case: 'dimValue' as const, value: BigInt(size) } }
      : { value: { case: 'dimParam' as const, value: size } },
  );
  return create(ValueInfoProtoSchema, {
    name,
    type: { value: { case: 'tensorType', value: { elemType: 1, shape: { dim } } } },
  });
}

export function nodeProto(
  opType: string,
  input: readonly string[],
  output: readonly string[],
  attribute: readonly AttributeProto[] = [],
  domain = '',
): NodeProto {
  return create(NodeProtoSchema, { opType, input: [...input], output: [...output], attribute: [...attribute], domain });
}

export function intAttribute(name: string, value: number): AttributeProto {
  return create(AttributeProtoSchema, { name, type: AttributeProto_AttributeType.INT, i: BigInt(value) });
}

export function floatAttribute(name: string, value: number): AttributeProto {
  return create(AttributeProtoSchema, { name, type: AttributeProto_AttributeType.FLOAT, f: value });
}

/** The attribute `name` of the function that the node stands in, by whatever name it is passed on. */
export function passedAttribute(name: string, from: string): AttributeProto {
  return create(AttributeProtoSchema, { name, type: AttributeProto_AttributeType.FLOAT, refAttrName: from });
}

export function graphAttribute(name: string, graph: GraphProto): AttributeProto {
  return create(AttributeProtoSchema, { name, type: AttributeProto_AttributeType.GRAPH, g: graph });
}

export function functionProto(
  name: string,
  input: readonly string[],
  output: readonly string[],
  nodes: readonly NodeProto[],
  defaults: readonly AttributeProto[] = [],
): FunctionProto {
  return create(FunctionProtoSchema, {
    name,
    domain: 'mine',
    input: [...input],
    output: [...output],
    node: [...nodes],
    attributeProto: [...defaults],
  });
}

export function floats(name: string, shape: readonly number[], values: readonly number[]): TensorProto {
  return create(TensorProtoSchema, { name, dataType: 1, dims: shape.map(BigInt), floatData: [...values] });
}

export function integers(name: string, values: readonly number[]): TensorProto {
  return create(TensorProtoSchema, { name, dataType: 7, dims: [BigInt(values.length)], int64Data: values.map(BigInt) });
}

/** An f32 tensor whose numbers lie in another file. */
export function elsewhere(
  name: string,
  shape: readonly number[],
  place: Readonly<Record<string, string>>,
): TensorProto {
  return create(TensorProtoSchema, {
    name,
    dataType: 1,
    dims: shape.map(BigInt),
    dataLocation: TensorProto_DataLocation.EXTERNAL,
    externalData: Object.entries(place).map(([key, value]) => ({ key, value })),
  });
}

/** The output "y" for x = 1, 2, 3, … in the shape of the only input. */
export function computed(
  file: HandMade,
  dimensions: Record<string, number> = {},
): { shape: readonly number[]; data: number[] } {
  const graph = decodeOnnx(modelFile(file), { dimensions });
  const [input] = graph.inputs;
  const size = input?.shape.reduce((a, b) => a * b, 1) ?? 1;
  const x = tensorOf(
    'f32',
    input?.shape ?? [],
    Array.from({ length: size }, (_, i) => i + 1),
  );
  const { y } = interpret(graph, { x });
  return { shape: y?.shape ?? [], data: Array.from(y?.data ?? [], Number) };
}
