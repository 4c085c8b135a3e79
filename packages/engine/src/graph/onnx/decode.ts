import { fromBinary } from '@bufbuild/protobuf';
import type { AttributeSpecs, AttributeValue } from '../attributes.js';
import { GraphError } from '../errors.js';
import type { Graph, Value } from '../graph.js';
import { GraphWriter } from '../graph-writer.js';
import type { OperatorDefinition } from '../operators/definition.js';
import { type AttributesOf, type OperatorName, operatorNames, operators } from '../operators/index.js';
import type { Tensor } from '../tensor.js';
import { attributeFromProto, attributeFromTensor, plainAttribute } from './attribute-codec.js';
import { damaged, OnnxError, unsupported } from './errors.js';
import {
  type GraphProto,
  type ModelProto,
  ModelProtoSchema,
  type NodeProto,
  type ValueInfoProto,
} from './generated/onnx_pb.js';
import { knownDType, tensorFromProto } from './tensor-codec.js';

/** Opsets whose definitions the table covers. Before 13 Softmax meant something else. */
const OLDEST_OPSET = 13;
const NEWEST_OPSET = 24;

export interface DecodeOptions {
  /** Sizes for dimensions that the file leaves open by name, such as `{ batch: 8 }`. */
  readonly dimensions?: Readonly<Record<string, number>>;
}

/**
 * Reads an ONNX file into a graph with static shapes. Throws OnnxError, naming the node, for a damaged file, an unknown
 * operator or attribute, a shape that is computed at run time, or a dimension left open.
 */
export function decodeOnnx(bytes: Uint8Array, options: DecodeOptions = {}): Graph {
  const graph = graphOf(parse(bytes));
  const reader = new OnnxReader(options);
  for (const initializer of graph.initializer) reader.constant(initializer.name, tensorFromProto(initializer));
  for (const input of graph.input) reader.input(input);
  for (const node of graph.node) reader.node(node);
  for (const output of graph.output) reader.writer.output(output.name, reader.value(output.name, 'the graph output'));
  return reader.writer.build();
}

function parse(bytes: Uint8Array): ModelProto {
  try {
    return fromBinary(ModelProtoSchema, bytes);
  } catch (cause) {
    throw damaged('These bytes cannot be read as an ONNX file.', cause);
  }
}

function graphOf(model: ModelProto): GraphProto {
  if (model.graph === undefined) throw damaged('The file has no graph in it.');
  const opset = Number(model.opsetImport.find(({ domain }) => domain === '' || domain === 'ai.onnx')?.version ?? 0);
  if (opset < OLDEST_OPSET || opset > NEWEST_OPSET) {
    throw new OnnxError(
      `The file uses opset ${opset}.`,
      `Export it with an opset from ${OLDEST_OPSET} to ${NEWEST_OPSET}.`,
    );
  }
  return model.graph;
}

class OnnxReader {
  readonly writer = new GraphWriter();
  readonly #values = new Map<string, Value>();
  readonly #dimensions: Readonly<Record<string, number>>;

  constructor({ dimensions = {} }: DecodeOptions) {
    this.#dimensions = dimensions;
  }

  constant(name: string, { dtype, shape, data }: Tensor): void {
    this.#values.set(name, this.writer.constant(data, dtype, shape, name));
  }

  input(info: ValueInfoProto): void {
    // Old files list initialisers among the inputs.
    if (this.#values.has(info.name)) return;
    const type = info.type?.value;
    if (type?.case !== 'tensorType') throw unsupported(`Input "${info.name}" is not a tensor.`);
    const dims = type.value.shape?.dim ?? [];
    const shape = dims.map(({ value }, i) => {
      const size = value.case === 'dimValue' ? Number(value.value) : this.#dimensions[value.value ?? ''];
      if (size !== undefined) return size;
      const name = value.value === undefined ? 'without a name' : `"${value.value}"`;
      throw new OnnxError(
        `Dimension ${i} of input "${info.name}" is open (${name}).`,
        'Give its size in `dimensions`.',
      );
    });
    const dtype = knownDType(type.value.elemType, `Input "${info.name}"`);
    this.#values.set(info.name, this.writer.input(info.name, dtype, shape));
  }

  value(name: string, where: string): Value {
    const value = this.#values.get(name);
    if (value === undefined) throw damaged(`"${name}", read by ${where}, is made by nothing before it.`);
    return value;
  }

  node(node: NodeProto): void {
    const where = `${node.opType} "${node.name || node.output[0]}"`;
    if (node.opType === 'Constant') {
      this.#constantNode(node, where);
      return;
    }
    const name = operatorOf(node);
    if (name === undefined) throw unsupported(`${where} is an operator that Stockpot does not know.`);
    const definition: OperatorDefinition<AttributeSpecs> = operators[name];
    // The table gives the types of the attributes; here they were read by that table.
    const attributes = this.#attributes(node, definition, where) as AttributesOf<typeof name>;
    const operands = node.input
      .slice(0, definition.variadic ? undefined : definition.arity[1])
      .map((input, i) => (input === '' || isStatic(definition, i) ? null : this.value(input, where)));
    const outputs = this.#append(name, operands, attributes, where);
    for (const [i, output] of node.output.entries()) {
      const value = outputs[i];
      if (output === '') continue;
      if (value === undefined || value === null) throw unsupported(`${where} has more outputs than Stockpot knows.`);
      this.#values.set(output, value);
    }
  }

  #append<K extends OperatorName>(
    name: K,
    operands: readonly (Value | null)[],
    attributes: AttributesOf<K>,
    where: string,
  ): readonly (Value | null)[] {
    const definition: OperatorDefinition<AttributeSpecs> = operators[name];
    const [first, ...rest] = operands;
    try {
      if (!definition.variadic || first === undefined) return this.writer.append(name, operands, attributes);
      return [rest.reduce((sum, next) => this.writer.appendOne(name, [sum, next], attributes), first)];
    } catch (cause) {
      if (cause instanceof GraphError) throw damaged(`${where} does not fit its operands. ${cause.message}`, cause);
      throw cause;
    }
  }

  #constantNode(node: NodeProto, where: string): void {
    const tensor = node.attribute.find(({ name }) => name === 'value')?.t;
    if (tensor === undefined) throw unsupported(`${where} holds no dense tensor.`);
    this.constant(node.output[0] ?? '', tensorFromProto(tensor));
  }

  #attributes(
    node: NodeProto,
    definition: OperatorDefinition<AttributeSpecs>,
    where: string,
  ): Record<string, AttributeValue> {
    for (const attribute of node.attribute) {
      if (attribute.name in definition.attributes) continue;
      const understood = definition.fixed?.[attribute.name];
      if (understood === null || understood === plainAttribute(attribute)) continue;
      throw unsupported(`${where} has ${attribute.name}=${plainAttribute(attribute)}, which Stockpot does not know.`);
    }
    const values: Record<string, AttributeValue> = {};
    for (const [name, spec] of Object.entries(definition.attributes)) {
      const written = node.attribute.find((attribute) => attribute.name === name);
      const input = spec.input === undefined ? '' : (node.input[spec.input] ?? '');
      if (input !== '') {
        const tensor = this.writer.constantOf(this.value(input, where));
        if (tensor === undefined) {
          throw new OnnxError(
            `${where} takes its ${name} from "${input}", which is computed at run time.`,
            'Export the model with static shapes.',
          );
        }
        values[name] = attributeFromTensor(tensor, spec);
      } else if (written !== undefined) {
        values[name] = attributeFromProto(written, spec, where);
      } else if (spec.fallback !== undefined) {
        values[name] = spec.fallback;
      } else if (name === 'perm') {
        values[name] = this.value(node.input[0] ?? '', where).shape.map((_, i, { length }) => length - 1 - i);
      } else {
        throw damaged(`${where} lacks ${name}.`);
      }
    }
    return values;
  }
}

function isStatic(definition: OperatorDefinition<AttributeSpecs>, input: number): boolean {
  return Object.values(definition.attributes).some((spec) => spec.input === input);
}

function operatorOf({ opType, domain }: NodeProto): OperatorName | undefined {
  const wanted = domain === 'ai.onnx' ? '' : domain;
  return operatorNames.find((name) => {
    const definition: OperatorDefinition<AttributeSpecs> = operators[name];
    return definition.onnx.type === opType && definition.onnx.domain === wanted && definition.writeOnly !== true;
  });
}
