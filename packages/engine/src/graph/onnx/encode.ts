import { create, toBinary } from '@bufbuild/protobuf';
import type { AttributeSpecs, AttributeValue } from '../attributes.js';
import { dtypes } from '../dtype.js';
import type { Graph, GraphNode, Value } from '../graph.js';
import type { OperatorDefinition } from '../operators/definition.js';
import { operators } from '../operators/index.js';
import type { Tensor, TensorType } from '../tensor.js';
import { attributeToProto, attributeToTensor } from './attribute-codec.js';
import {
  type AttributeProto,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  type TensorProto,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from './generated/onnx_pb.js';
import { tensorToProto } from './tensor-codec.js';

/** The opset every file is written in; no operator of the table is younger. */
export const OPSET = 20;
/** The file format that goes with it. */
const IR_VERSION = 9n;
const CONTRIB = 'com.microsoft';

/** The graph as an ONNX file that any runtime reads. Equal graphs give equal bytes. */
export function encodeOnnx(graph: Graph): Uint8Array {
  const writer = new OnnxWriter(graph);
  for (const { value, tensor } of graph.constants) writer.constant(writer.names.of(value), tensor);
  for (const node of graph.nodes) writer.node(node);
  for (const { name, value } of graph.outputs) {
    // An output that is an input, a constant, or another output too, needs a node of its own.
    if (writer.names.of(value) !== name) writer.identity(writer.names.of(value), name);
  }
  const contrib = graph.nodes.some((node) => operators[node.operator].onnx.domain !== '');
  const model = create(ModelProtoSchema, {
    irVersion: IR_VERSION,
    producerName: 'stockpot',
    opsetImport: [{ domain: '', version: BigInt(OPSET) }, ...(contrib ? [{ domain: CONTRIB, version: 1n }] : [])],
    graph: {
      name: 'stockpot',
      node: writer.nodes,
      initializer: writer.initializers,
      input: graph.inputs.map((value) => valueInfo(value.name, value)),
      output: graph.outputs.map(({ name, value }) => valueInfo(name, value)),
    },
  });
  return toBinary(ModelProtoSchema, model);
}

class OnnxWriter {
  readonly nodes: NodeProto[] = [];
  readonly initializers: TensorProto[] = [];
  readonly names: Names;
  readonly #attributeTensors = new Map<string, string>();

  constructor(graph: Graph) {
    this.names = new Names(graph);
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

/** ONNX names: inputs and outputs keep theirs, everything else gets one that is free. */
class Names {
  readonly #taken: Set<string>;
  readonly #names = new Map<Value, string>();
  readonly #used: Set<Value>;

  constructor(graph: Graph) {
    this.#taken = new Set([...graph.inputs.map((input) => input.name), ...graph.outputs.map((output) => output.name)]);
    this.#used = new Set(graph.outputs.map((output) => output.value));
    for (const node of graph.nodes) for (const input of node.inputs) if (input !== null) this.#used.add(input);
    for (const input of graph.inputs) this.#names.set(input, input.name);
    const produced = new Set(graph.nodes.flatMap((node) => node.outputs));
    for (const { name, value } of graph.outputs) {
      if (produced.has(value) && !this.#names.has(value)) this.#names.set(value, name);
    }
  }

  of(value: Value): string {
    const known = this.#names.get(value);
    if (known !== undefined) return known;
    const name = this.fresh(value.name);
    this.#names.set(value, name);
    return name;
  }

  /** Optional outputs that nothing reads are written as absent, so that a runtime need not compute them. */
  outputsOf(node: GraphNode): string[] {
    const names = node.outputs.map((output, i) => (i === 0 || this.#used.has(output) ? this.of(output) : ''));
    while (names.at(-1) === '') names.pop();
    return node.operator === 'Split' ? node.outputs.map((output) => this.of(output)) : names;
  }

  fresh(wanted: string): string {
    let name = wanted;
    for (let i = 1; this.#taken.has(name); i++) name = `${wanted}.${i}`;
    this.#taken.add(name);
    return name;
  }
}

function valueInfo(name: string, { dtype, shape }: TensorType): ValueInfoProto {
  return create(ValueInfoProtoSchema, {
    name,
    type: {
      value: {
        case: 'tensorType',
        value: {
          elemType: dtypes[dtype].onnx,
          shape: { dim: shape.map((n) => ({ value: { case: 'dimValue' as const, value: BigInt(n) } })) },
        },
      },
    },
  });
}
