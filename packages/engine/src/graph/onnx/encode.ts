import { create, toBinary } from '@bufbuild/protobuf';
import type { AttributeSpecs, AttributeValue } from '../attributes.js';
import { dtypes } from '../dtype.js';
import type { Graph, GraphNode, NodeOf, Value } from '../graph.js';
import type { OperatorDefinition } from '../operators/definition.js';
import { operators } from '../operators/index.js';
import { type Tensor, type TensorType, tensorOf } from '../tensor.js';
import { attributeToProto, attributeToTensor } from './attribute-codec.js';
import {
  type AttributeProto,
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  GraphProtoSchema,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  type TensorProto,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from './generated/onnx_pb.js';
import { Names } from './names.js';
import { tensorToProto } from './tensor-codec.js';

/** The opset every file is written in; no operator of the table is younger. */
export const OPSET = 20;
/** Who wrote the file, as it says. */
export const PRODUCER = 'stockpot';
/** The file format that goes with it. */
const IR_VERSION = 9n;
const CONTRIB = 'com.microsoft';

/** In the shape of a Reshape: what the runtime infers from the others. */
export const INFERRED = -1;

/** In the shape of a Reshape or an Expand, and as the first size of a Split: the size that an open dimension has when the file is run. */
export function openSize(dimension: number): number {
  return -2 - dimension;
}

/** Dimensions whose sizes are not fixed in a file (export/open-dimensions.ts makes graphs with such). */
export interface OpenDimensions {
  /** Their names; `openSize` of a place in this list stands for the size. */
  readonly names: readonly string[];
  /** The shape of an input or an output, an open dimension by its name. */
  readonly shapeOf: (value: Value) => readonly (number | string)[];
}

export interface EncodeOptions {
  readonly open?: OpenDimensions;
  /** What the file says of itself, by key. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** The graph as an ONNX file that any runtime reads. Equal graphs give equal bytes. */
export function encodeOnnx(graph: Graph, { open, metadata = {} }: EncodeOptions = {}): Uint8Array {
  const writer = new OnnxWriter(new Names(graph), open === undefined ? [] : openPlaces(graph, open));
  const shapeOf = open?.shapeOf ?? (({ shape }) => shape);
  writer.body(graph);
  const model = create(ModelProtoSchema, {
    irVersion: IR_VERSION,
    producerName: PRODUCER,
    opsetImport: [
      { domain: '', version: BigInt(OPSET) },
      ...(usesContrib(graph) ? [{ domain: CONTRIB, version: 1n }] : []),
    ],
    graph: {
      name: 'stockpot',
      node: writer.nodes,
      initializer: writer.initializers,
      input: graph.inputs.map((value) => valueInfo(value.name, { dtype: value.dtype, shape: shapeOf(value) })),
      output: graph.outputs.map(({ name, value }) => valueInfo(name, { dtype: value.dtype, shape: shapeOf(value) })),
    },
    metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
  });
  return toBinary(ModelProtoSchema, model);
}

function usesContrib(graph: Graph): boolean {
  return graph.nodes.some(
    (node) =>
      operators[node.operator].onnx.domain !== '' || (node.operator === 'Loop' && usesContrib(node.attributes.body)),
  );
}

/** Where the size of an open dimension is read: an axis of an input. */
interface OpenPlace {
  readonly name: string;
  readonly input: string;
  readonly axis: number;
}

function openPlaces({ inputs }: Graph, { names, shapeOf }: OpenDimensions): readonly OpenPlace[] {
  return names.map((name) => {
    const input = inputs.find((value) => shapeOf(value).includes(name));
    if (input === undefined) throw new TypeError(`No input has the open dimension ${name}.`);
    return { name, input: input.name, axis: shapeOf(input).indexOf(name) };
  });
}

class OnnxWriter {
  readonly nodes: NodeProto[] = [];
  readonly initializers: TensorProto[] = [];
  readonly names: Names;
  readonly #attributeTensors = new Map<string, string>();
  readonly #places: readonly OpenPlace[];
  readonly #shapes = new Map<string, string>();
  readonly #sizes = new Map<number, string>();

  constructor(names: Names, places: readonly OpenPlace[] = []) {
    this.names = names;
    this.#places = places;
  }

  body(graph: Graph): void {
    for (const { value, tensor } of graph.constants) this.constant(this.names.of(value), tensor);
    for (const node of graph.nodes) {
      if (node.operator === 'Loop') this.#loop(node);
      else if (node.operator === 'Expand' && node.attributes.shape.some(isOpen)) this.#toOpenShape(node);
      else if (node.operator === 'Reshape' && node.attributes.shape.some(isOpen)) this.#toOpenShape(node);
      else if (node.operator === 'Split' && node.attributes.split?.some(isOpen)) this.#openBeginning(node);
      else this.node(node);
    }
    for (const { name, value } of graph.outputs) {
      // An output that is an input, a constant, or another output too, needs a node of its own.
      const wanted = this.names.outputName(name);
      if (this.names.of(value) !== wanted) this.identity(this.names.of(value), wanted);
    }
  }

  constant(name: string, tensor: Tensor): void {
    this.initializers.push(tensorToProto(name, tensor));
  }

  identity(from: string, to: string): void {
    this.nodes.push(create(NodeProtoSchema, { opType: 'Identity', input: [from], output: [to] }));
  }

  node(node: GraphNode): void {
    const definition: OperatorDefinition<AttributeSpecs> = operators[node.operator];
    const values: Readonly<Record<string, AttributeValue>> = node.attributes;
    const input = node.inputs.map((value) => (value === null ? '' : this.names.of(value)));
    const attribute: AttributeProto[] = [];
    for (const [name, spec] of Object.entries(definition.attributes)) {
      const value = values[name] ?? null;
      if (value === null) continue;
      if (spec.input === undefined) {
        attribute.push(attributeToProto(name, spec, value));
      } else {
        while (input.length < spec.input) input.push('');
        input[spec.input] = this.#attributeTensor(attributeToTensor(spec, value, node.inputs[0]?.dtype ?? 'f32'));
      }
    }
    const { type, domain } = definition.onnx;
    const output = this.names.outputsOf(node);
    this.nodes.push(create(NodeProtoSchema, { opType: type, domain, input, output, attribute }));
  }

  /**
   * ONNX's Loop: its body counts the turns, cuts the rows of the scanned operands itself, and reads what does not change
   * by its outer name, so that nothing is copied into a turn.
   */
  #loop({ attributes: { turns, carried, scanned, body }, inputs, outputs }: NodeOf<'Loop'>): void {
    const outer = inputs.map((value) => (value === null ? '' : this.names.of(value)));
    const turn = this.names.fresh('turn');
    const goOn = this.names.fresh('go_on');
    const names = this.names.inside(
      body,
      body.inputs.map((_, i) => (i < carried + scanned ? null : (outer[i] ?? ''))),
    );
    const writer = new OnnxWriter(names);
    const stop = this.names.fresh('go_on');
    writer.identity(goOn, stop);
    for (const [i, row] of body.inputs.entries()) {
      if (i < carried || i >= carried + scanned) continue;
      const input = [outer[i] ?? '', turn];
      writer.nodes.push(create(NodeProtoSchema, { opType: 'Gather', input, output: [names.of(row)] }));
    }
    writer.body(body);
    const flag = (name: string) => valueInfo(name, { dtype: 'bool', shape: [] });
    const carriedInputs = body.inputs.slice(0, carried).map((value) => valueInfo(names.of(value), value));
    const bodyOutputs = body.outputs.map(({ name, value }) => valueInfo(names.outputName(name), value));
    const graph = create(GraphProtoSchema, {
      name: 'body',
      node: writer.nodes,
      initializer: writer.initializers,
      input: [valueInfo(turn, { dtype: 'i64', shape: [] }), flag(goOn), ...carriedInputs],
      output: [flag(stop), ...bodyOutputs],
    });
    const count = this.#attributeTensor(tensorOf('i64', [], [turns]));
    this.nodes.push(
      create(NodeProtoSchema, {
        opType: 'Loop',
        input: [count, '', ...outer.slice(0, carried)],
        output: outputs.map((value) => this.names.of(value)),
        attribute: [create(AttributeProtoSchema, { name: 'body', type: AttributeProto_AttributeType.GRAPH, g: graph })],
      }),
    );
  }

  /** A node with a shape that holds open sizes: the shape is put together when the file is run. */
  #toOpenShape(node: NodeOf<'Expand' | 'Reshape'>): void {
    const pieces = node.attributes.shape.map((size) =>
      isOpen(size) ? this.#size(size) : this.#attributeTensor(tensorOf('i64', [1], [size])),
    );
    const whole = this.names.fresh('shape');
    const axis = attributeToProto('axis', { kind: 'int', fallback: undefined }, 0);
    this.nodes.push(create(NodeProtoSchema, { opType: 'Concat', input: pieces, output: [whole], attribute: [axis] }));
    this.#written(node.operator, node, [whole]);
  }

  /** A Split of which only the first part is read, which has an open size. */
  #openBeginning(node: NodeOf<'Split'>): void {
    const [size = 0] = node.attributes.split ?? [];
    const number = (value: number) => this.#attributeTensor(tensorOf('i64', [1], [value]));
    this.#written('Slice', { inputs: node.inputs, outputs: node.outputs.slice(0, 1) }, [
      number(0),
      this.#size(size),
      number(node.attributes.axis),
    ]);
  }

  #written(opType: string, { inputs, outputs }: Pick<GraphNode, 'inputs' | 'outputs'>, further: readonly string[]) {
    const input = inputs.map((value) => (value === null ? '' : this.names.of(value)));
    const output = outputs.map((value) => this.names.of(value));
    this.nodes.push(create(NodeProtoSchema, { opType, input: [...input, ...further], output }));
  }

  /** An open size when the file is run, as a vector of one. */
  #size(code: number): string {
    const known = this.#sizes.get(code);
    if (known !== undefined) return known;
    const place = this.#places.find((_, dimension) => openSize(dimension) === code);
    if (place === undefined) throw new TypeError('A graph without open dimensions has an open size in a shape.');
    const all = this.#shapes.get(place.input) ?? this.names.fresh('input.shape');
    if (!this.#shapes.has(place.input)) {
      this.nodes.push(create(NodeProtoSchema, { opType: 'Shape', input: [place.input], output: [all] }));
      this.#shapes.set(place.input, all);
    }
    const size = this.names.fresh(`${place.name}.size`);
    const at = this.#attributeTensor(tensorOf('i64', [1], [place.axis]));
    this.nodes.push(create(NodeProtoSchema, { opType: 'Gather', input: [all, at], output: [size] }));
    this.#sizes.set(code, size);
    return size;
  }

  /** Equal static arguments share one initialiser. */
  #attributeTensor(tensor: Tensor): string {
    const elements = Array.from<number | bigint, string>(tensor.data, (n) => (Object.is(n, -0) ? '-0' : String(n)));
    const key = `${tensor.dtype}[${tensor.shape.join()}](${elements.join()})`;
    const known = this.#attributeTensors.get(key);
    if (known !== undefined) return known;
    const name = this.names.fresh(`static.${this.#attributeTensors.size}`);
    this.#attributeTensors.set(key, name);
    this.constant(name, tensor);
    return name;
  }
}

function isOpen(size: number): boolean {
  return size < INFERRED;
}

/** @param shape with the names of open dimensions */
function valueInfo(
  name: string,
  { dtype, shape }: Pick<TensorType, 'dtype'> & { readonly shape: readonly (number | string)[] },
): ValueInfoProto {
  const dim = shape.map((size) => ({
    value:
      typeof size === 'string'
        ? { case: 'dimParam' as const, value: size }
        : { case: 'dimValue' as const, value: BigInt(size) },
  }));
  return create(ValueInfoProtoSchema, {
    name,
    type: {
      value: {
        case: 'tensorType',
        value: {
          elemType: dtypes[dtype].onnx,
          shape: { dim },
        },
      },
    },
  });
}
