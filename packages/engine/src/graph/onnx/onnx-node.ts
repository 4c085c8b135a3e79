import type { GraphBuilder } from '../builder.js';
import type { DType } from '../dtype.js';
import type { Value } from '../graph.js';
import { normalizeAxis } from '../shape.js';
import { numbersOf, type Tensor } from '../tensor.js';
import { wholeNumber } from './attribute-codec.js';
import { damaged, OnnxError, unsupported } from './errors.js';
import type { AttributeProto, NodeProto } from './generated/onnx_pb.js';
import { knownDType, tensorFromProto } from './tensor-codec.js';

/** Where a node's operands come from. */
export interface Operands {
  /** The value of this name, as an operand of the computation. */
  value(name: string, where: string): Value;
  /** The numbers behind this name, which must not depend on what is fed. */
  known(name: string, where: string, what: string): Tensor;
  /** Counts numbers that are about to be made into a constant. Throws OnnxError where it becomes too many. */
  spend(elements: number, where: string): void;
  /** This initialiser is not to be trained (a running mean). */
  fix(name: string): void;
}

/** One node of an ONNX file, as the functions that read operators see it. */
export class OnnxNode {
  constructor(
    readonly b: GraphBuilder,
    readonly proto: NodeProto,
    /** Version of the operators' definitions. */
    readonly opset: number,
    readonly operands: Operands,
  ) {}

  /** How sentences name it. */
  get where(): string {
    return `${this.proto.opType} "${this.proto.name || this.proto.output[0]}"`;
  }

  get inputCount(): number {
    return this.proto.input.length;
  }

  get outputCount(): number {
    return this.proto.output.length;
  }

  /** Whether anything may read output `index`. */
  wants(index: number): boolean {
    return (this.proto.output[index] ?? '') !== '';
  }

  input(index: number): Value {
    return this.optional(index) ?? this.#damaged(`lacks its input ${index}`);
  }

  optional(index: number): Value | null {
    const name = this.proto.input[index] ?? '';
    return name === '' ? null : this.operands.value(name, this.where);
  }

  inputs(): Value[] {
    return this.proto.input.map((_, i) => this.input(i));
  }

  /** Marks input `index` as one that training leaves alone. */
  fix(index: number): void {
    const name = this.proto.input[index] ?? '';
    if (name !== '') this.operands.fix(name);
  }

  /** Says that a constant of so many numbers is about to be made, before it is. */
  spend(elements: number): void {
    this.operands.spend(elements, this.where);
  }

  /** A non-negative axis for `rank` dimensions. */
  axis(axis: number, rank: number): number {
    return normalizeAxis(axis, rank) ?? this.#damaged(`has axis ${axis} for ${rank} dimensions`);
  }

  int(name: string, fallback?: number): number {
    const found = this.#attribute(name);
    if (found !== undefined) return wholeNumber(Number(found.i));
    return fallback ?? this.#damaged(`lacks ${name}`);
  }

  flag(name: string, fallback: boolean): boolean {
    return this.int(name, Number(fallback)) !== 0;
  }

  float(name: string, fallback?: number): number {
    return this.#attribute(name)?.f ?? fallback ?? this.#damaged(`lacks ${name}`);
  }

  string(name: string, fallback?: string): string {
    const found = this.#attribute(name);
    if (found !== undefined) return new TextDecoder().decode(found.s);
    return fallback ?? this.#damaged(`lacks ${name}`);
  }

  ints(name: string): number[] | null {
    return this.#attribute(name)?.ints.map((n) => wholeNumber(Number(n))) ?? null;
  }

  floats(name: string): number[] | null {
    return this.#attribute(name)?.floats ?? null;
  }

  dtype(name: string, fallback?: DType): DType {
    const found = this.#attribute(name);
    if (found !== undefined) return knownDType(Number(found.i), this.where);
    return fallback ?? this.#damaged(`lacks ${name}`);
  }

  tensor(name: string): Tensor | null {
    const found = this.#attribute(name)?.t;
    return found === undefined ? null : tensorFromProto(found);
  }

  /** The numbers of input `index`, which must be known before anything runs; null when it is absent. */
  known(index: number, what: string): Tensor | null {
    const name = this.proto.input[index] ?? '';
    return name === '' ? null : this.operands.known(name, this.where, what);
  }

  /** Integers that newer opsets take as input `index` and older ones as the attribute `name`. */
  knownInts(index: number, name: string): number[] | null {
    const tensor = this.known(index, name);
    return tensor === null ? this.ints(name) : [...numbersOf(tensor)].map(wholeNumber);
  }

  /** As `knownInts`, for numbers. */
  knownFloats(index: number, name: string): number[] | null {
    const tensor = this.known(index, name);
    return tensor === null ? this.floats(name) : [...numbersOf(tensor)];
  }

  /** Something that ONNX allows and Stockpot does not have. */
  unsupported(what: string): never {
    throw unsupported(`${this.where} ${what}.`);
  }

  /** A refusal with its own advice. */
  refuse(what: string, advice: string): never {
    throw new OnnxError(`${this.where} ${what}.`, advice);
  }

  #attribute(name: string): AttributeProto | undefined {
    return this.proto.attribute.find((attribute) => attribute.name === name);
  }

  #damaged(what: string): never {
    throw damaged(`${this.where} ${what}.`);
  }
}

/** How an operator of the ONNX standard is written with the operators of the graph. */
export interface NodeReader {
  /** The attributes that are understood; any other is refused. */
  readonly attributes?: readonly string[];
  /** One value an output; null for one that cannot be had. */
  read(node: OnnxNode): Value | readonly (Value | null)[];
}
