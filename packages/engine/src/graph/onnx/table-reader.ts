/** Reads a node by the table of operators: what the graph writes itself, it reads back as it is. */
import type { AttributeSpecs, AttributeValue } from '../attributes.js';
import type { Value } from '../graph.js';
import type { OperatorDefinition } from '../operators/definition.js';
import { type AttributesOf, type OperatorName, operatorNames, operators } from '../operators/index.js';
import { attributeFromProto, attributeFromTensor, plainAttribute } from './attribute-codec.js';
import { damaged } from './errors.js';
import type { NodeProto } from './generated/onnx_pb.js';
import type { OnnxNode } from './onnx-node.js';

/** The operator of the table that an ONNX node is, if any. */
export function operatorOf({ opType, domain }: NodeProto): OperatorName | undefined {
  const wanted = domain === 'ai.onnx' ? '' : domain;
  return operatorNames.find((name) => {
    const definition: OperatorDefinition<AttributeSpecs> = operators[name];
    return definition.onnx.type === opType && definition.onnx.domain === wanted && definition.writeOnly !== true;
  });
}

/** The outputs of `operator` for the operands and attributes of an ONNX node. Throws GraphError when they do not fit. */
export function appendFromTable<K extends OperatorName>(operator: K, node: OnnxNode): readonly Value[] {
  const definition: OperatorDefinition<AttributeSpecs> = operators[operator];
  // The table gives the types of the attributes; here they were read by that table.
  const attributes = attributesOf(node, definition) as AttributesOf<K>;
  const operands = node.proto.input
    .slice(0, definition.variadic ? undefined : definition.arity[1])
    .map((_, i) => (isStatic(definition, i) ? null : node.optional(i)));
  const [first, ...rest] = operands;
  if (!definition.variadic || first === undefined) return node.b.append(operator, operands, attributes);
  if (rest.length === 0) return [node.b.identity(node.input(0))];
  let result = first;
  for (const next of rest) result = node.b.appendOne(operator, [result, next], attributes);
  return [result ?? node.input(0)];
}

function attributesOf(node: OnnxNode, definition: OperatorDefinition<AttributeSpecs>): Record<string, AttributeValue> {
  for (const attribute of node.proto.attribute) {
    if (Object.hasOwn(definition.attributes, attribute.name)) continue;
    const fixed = definition.fixed ?? {};
    const understood = Object.hasOwn(fixed, attribute.name) ? fixed[attribute.name] : undefined;
    if (understood === null || understood === plainAttribute(attribute)) continue;
    node.unsupported(`has ${attribute.name}=${plainAttribute(attribute)}, which Stockpot does not know`);
  }
  const values: Record<string, AttributeValue> = {};
  for (const [name, spec] of Object.entries(definition.attributes)) {
    const written = node.proto.attribute.find((attribute) => attribute.name === name);
    const tensor = spec.input === undefined ? null : node.known(spec.input, name);
    if (tensor !== null) {
      values[name] = attributeFromTensor(tensor, spec);
    } else if (written !== undefined) {
      values[name] = attributeFromProto(written, spec, node.where);
    } else if (spec.fallback !== undefined) {
      values[name] = spec.fallback;
    } else if (name === 'perm') {
      values[name] = node.input(0).shape.map((_, i, { length }) => length - 1 - i);
    } else {
      throw damaged(`${node.where} lacks ${name}.`);
    }
  }
  return values;
}

function isStatic(definition: OperatorDefinition<AttributeSpecs>, input: number): boolean {
  return Object.values(definition.attributes).some((spec) => spec.input === input);
}
