import { create } from '@bufbuild/protobuf';
import type { AttributeSpec, AttributeValue } from '../attributes.js';
import { type DType, dtypeNames, dtypes, isFloat } from '../dtype.js';
import { numbersOf, type Tensor, tensorOf } from '../tensor.js';
import { damaged, unsupported } from './errors.js';
import { type AttributeProto, AttributeProto_AttributeType, AttributeProtoSchema } from './generated/onnx_pb.js';
import { knownDType } from './tensor-codec.js';

type Spec = AttributeSpec<AttributeValue>;

/** The attribute as a field of an ONNX node. */
export function attributeToProto(name: string, spec: Spec, value: AttributeValue): AttributeProto {
  const { INT, INTS, FLOAT, STRING } = AttributeProto_AttributeType;
  switch (spec.kind) {
    case 'int':
    case 'boolean':
      return create(AttributeProtoSchema, { name, type: INT, i: BigInt(Number(value)) });
    case 'ints':
      return create(AttributeProtoSchema, { name, type: INTS, ints: listOf(value).map(BigInt) });
    case 'float':
      return create(AttributeProtoSchema, { name, type: FLOAT, f: Number(value) });
    case 'dtype':
      return create(AttributeProtoSchema, { name, type: INT, i: BigInt(dtypes[dtypeOf(value)].onnx) });
    case 'graph':
      throw new TypeError(`A graph (${name}) is written by the operator that runs it.`);
    case 'string':
      return create(AttributeProtoSchema, { name, type: STRING, s: new TextEncoder().encode(String(value)) });
  }
}

/** The attribute as the input tensor that ONNX wants; floats in the dtype of the operator's first operand. */
export function attributeToTensor(spec: Spec, value: AttributeValue, operand: DType): Tensor {
  const numbers = listOf(value);
  return tensorOf(spec.kind === 'float' ? operand : 'i64', spec.scalar ? [] : [numbers.length], numbers);
}

export function attributeFromProto(proto: AttributeProto, spec: Spec, where: string): AttributeValue {
  switch (spec.kind) {
    case 'int':
      return wholeNumber(Number(proto.i));
    case 'boolean':
      return proto.i !== 0n;
    case 'ints':
      return proto.ints.map((n) => wholeNumber(Number(n)));
    case 'float':
      return proto.f;
    case 'dtype':
      return knownDType(Number(proto.i), where);
    case 'graph':
      throw unsupported(`${where} runs a graph of its own.`);
    case 'string': {
      const text = new TextDecoder().decode(proto.s);
      if (spec.choices !== undefined && !spec.choices.includes(text)) {
        throw unsupported(`${where} has ${proto.name} "${text}"; Stockpot knows ${spec.choices.join(' and ')}.`);
      }
      return text;
    }
  }
}

export function attributeFromTensor(tensor: Tensor, spec: Spec): AttributeValue {
  const numbers = [...numbersOf(tensor)];
  if (spec.kind === 'ints') return numbers.map(wholeNumber);
  const [first] = numbers;
  if (first === undefined) throw damaged('An input that must hold one number is empty.');
  return spec.kind === 'float' && isFloat(tensor.dtype) ? first : Math.trunc(first);
}

/** Exporters write the largest and smallest i64 for "to the end"; f64 holds integers up to 2⁵³, which is as far. */
export function wholeNumber(value: number): number {
  return Math.trunc(Math.min(Math.max(value, -Number.MAX_SAFE_INTEGER), Number.MAX_SAFE_INTEGER));
}

/** The plain content of an attribute, to compare it with the one value that is understood. */
export function plainAttribute(proto: AttributeProto): string | number {
  return proto.type === AttributeProto_AttributeType.STRING ? new TextDecoder().decode(proto.s) : Number(proto.i);
}

function listOf(value: AttributeValue): readonly number[] {
  if (typeof value === 'number') return [value];
  if (value === null || typeof value !== 'object' || 'nodes' in value)
    throw new TypeError(`Expected numbers, not ${String(value)}.`);
  return value;
}

function dtypeOf(value: AttributeValue): DType {
  const found = dtypeNames.find((name) => name === value);
  if (found === undefined) throw new TypeError(`Expected a dtype, not ${String(value)}.`);
  return found;
}
