import { fromBinary } from '@bufbuild/protobuf';
import { GraphBuilder } from '../builder.js';
import { type DType, isFloat } from '../dtype.js';
import { GraphError } from '../errors.js';
import type { GraphNode, Value } from '../graph.js';
import { type Shape, sameShape, showShape } from '../shape.js';
import type { Tensor } from '../tensor.js';
import { PRODUCER } from './encode.js';
import { damaged, OnnxError, unsupported } from './errors.js';
import type { ExternalData } from './external-data.js';
import { type GraphProto, type ModelProto, ModelProtoSchema, type ValueInfoProto } from './generated/onnx_pb.js';
import { OnnxReader } from './reader.js';
import { Scope } from './scope.js';
import { knownDType, tensorFromProto } from './tensor-codec.js';

/** Opsets whose definitions are covered. Before 7 operators did not broadcast by their shapes. */
export const OLDEST_OPSET = 7;
export const NEWEST_OPSET = 28;

export interface ReadOptions {
  /**
   * Sizes for dimensions that the file leaves open: by their name, such as `{ batch: 8 }`, or by their place, such as
   * `{ 'images:0': 8 }`.
   */
  readonly dimensions?: Readonly<Record<string, number>>;
  /** Where tensors come from that the file keeps beside itself; without it they are refused. */
  readonly external?: ExternalData;
}

export interface OnnxInput {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: Shape;
}

/** An ONNX file that was read and checked, ready to be written into any graph any number of times. */
export interface OnnxModel {
  readonly opset: number;
  /** Who wrote the file, as it says itself. */
  readonly producer: string;
  /** What must be fed, with every dimension known. */
  readonly inputs: readonly OnnxInput[];
  readonly outputs: readonly string[];
  /**
   * Initialisers that can be trained: floating-point, with an output that depends on them, and neither running statistics
   * nor numbers that shape the graph. In the order of the file.
   */
  readonly parameters: ReadonlyMap<string, Tensor>;
  /**
   * Writes the model into `b` and returns its outputs by name. `inputs` has a value for every input; `parameters` may
   * replace initialisers by values of their shape, which is how they are trained. Throws OnnxError when something is
   * missing or does not fit.
   */
  build(
    b: GraphBuilder,
    inputs: Readonly<Record<string, Value>>,
    parameters?: Readonly<Record<string, Value>>,
  ): Record<string, Value>;
}

/**
 * Reads an ONNX file. Throws OnnxError, naming the node, for a damaged file, an unknown operator or attribute, a shape that
 * is computed from data, or a dimension left open.
 */
export function readOnnx(bytes: Uint8Array, options: ReadOptions = {}): OnnxModel {
  const model = parse(bytes);
  const graph = graphOf(model);
  if (graph.sparseInitializer.length > 0) throw unsupported('The file has sparse initialisers.');
  const initialisers = new Map(
    graph.initializer.map((proto) => [proto.name, tensorFromProto(proto, options.external)]),
  );
  const read = new ReadModel(model, graph, initialisers, inputsOf(graph, initialisers, options.dimensions ?? {}));
  read.rehearse();
  return read;
}

class ReadModel implements OnnxModel {
  readonly opset: number;
  readonly producer: string;
  readonly outputs: readonly string[];
  parameters: ReadonlyMap<string, Tensor> = new Map();
  readonly #model: ModelProto;
  readonly #graph: GraphProto;
  readonly #initialisers: ReadonlyMap<string, Tensor>;

  constructor(
    model: ModelProto,
    graph: GraphProto,
    initialisers: ReadonlyMap<string, Tensor>,
    readonly inputs: readonly OnnxInput[],
  ) {
    this.#model = model;
    this.#graph = graph;
    this.#initialisers = initialisers;
    this.opset = opsetOf(model);
    this.producer = [model.producerName, model.producerVersion].filter((part) => part !== '').join(' ');
    this.outputs = graph.output.map(({ name }) => name);
  }

  /** Builds once, so that every mistake of the file is found when it is read, and what can be trained is known. */
  rehearse(): void {
    const b = new GraphBuilder();
    const inputs = ioErrors(() =>
      this.inputs.map(({ name, dtype, shape }) => [name, b.input(name, dtype, shape)] as const),
    );
    const scope = new Scope();
    const { fixed } = this.#read(b, Object.fromEntries(inputs), {}, scope);
    const used = ancestors(
      b.nodes,
      this.outputs.map((name) => outputOf(scope, name)),
    );
    this.parameters = new Map(
      [...this.#initialisers].filter(([name, { dtype }]) => {
        const value = scope.get(name);
        const operand = value !== undefined && used.has(value);
        return isFloat(dtype) && operand && !fixed.has(name) && !this.#isOwnConstant(name);
      }),
    );
  }

  /** The name that `encodeOnnx` gives a constant which had none: a number in a formula. */
  #isOwnConstant(name: string): boolean {
    return this.#model.producerName === PRODUCER && /^v\d+(\.\d+)?$/.test(name);
  }

  build(
    b: GraphBuilder,
    inputs: Readonly<Record<string, Value>>,
    parameters: Readonly<Record<string, Value>> = {},
  ): Record<string, Value> {
    const scope = new Scope();
    this.#read(b, inputs, parameters, scope);
    return Object.fromEntries(this.outputs.map((name) => [name, outputOf(scope, name)]));
  }

  #read(
    b: GraphBuilder,
    inputs: Readonly<Record<string, Value>>,
    parameters: Readonly<Record<string, Value>>,
    scope: Scope,
  ): OnnxReader {
    const reader = new OnnxReader(b, this.opset, this.#model.functions);
    const unknown = Object.keys(parameters).find((name) => !this.parameters.has(name));
    if (unknown !== undefined) {
      throw new OnnxError(`The model has no parameter "${unknown}" that can be trained.`, 'Leave it out.');
    }
    for (const [name, tensor] of this.#initialisers) {
      const replacement = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
      if (replacement === undefined) reader.initialiser(scope, name, tensor);
      else scope.set(name, fitting(name, replacement, tensor));
    }
    for (const input of this.inputs) {
      const value = Object.hasOwn(inputs, input.name) ? inputs[input.name] : undefined;
      if (value === undefined)
        throw new OnnxError(`Input "${input.name}" was not given.`, 'Give a value for every input.');
      scope.set(input.name, fitting(input.name, value, input));
    }
    for (const node of this.#graph.node) reader.node(node, scope);
    for (const name of this.outputs) outputOf(scope, name);
    return reader;
  }
}

/** Every value that one of `values` is computed from, and they themselves. */
function ancestors(nodes: readonly GraphNode[], values: readonly Value[]): ReadonlySet<Value> {
  const found = new Set(values);
  for (const { inputs, outputs } of nodes.toReversed()) {
    if (!outputs.some((output) => found.has(output))) continue;
    for (const input of inputs) if (input !== null) found.add(input);
  }
  return found;
}

function outputOf(scope: Scope, name: string): Value {
  const value = scope.get(name);
  if (value === undefined) throw damaged(`"${name}", read by the graph output, is made by nothing before it.`);
  return value;
}

function fitting(name: string, value: Value, wanted: { readonly dtype: DType; readonly shape: Shape }): Value {
  if (value.dtype === wanted.dtype && sameShape(value.shape, wanted.shape)) return value;
  throw new OnnxError(
    `"${name}" is ${wanted.dtype}${showShape(wanted.shape)} in the file but was given ${value.dtype}${showShape(value.shape)}.`,
    'Convert or reshape it.',
  );
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
  const opset = opsetOf(model);
  if (opset < OLDEST_OPSET || opset > NEWEST_OPSET) {
    throw new OnnxError(
      `The file uses opset ${opset}.`,
      `Export it with an opset from ${OLDEST_OPSET} to ${NEWEST_OPSET}.`,
    );
  }
  if (model.graph.output.length === 0) throw damaged('The graph has no output.');
  return model.graph;
}

function opsetOf(model: ModelProto): number {
  return Number(model.opsetImport.find(({ domain }) => domain === '' || domain === 'ai.onnx')?.version ?? 0);
}

/** What is fed. Old files list initialisers among the inputs. */
function inputsOf(
  graph: GraphProto,
  initialisers: ReadonlyMap<string, Tensor>,
  dimensions: Readonly<Record<string, number>>,
): OnnxInput[] {
  return graph.input.filter(({ name }) => !initialisers.has(name)).map((info) => inputOf(info, dimensions));
}

function inputOf(info: ValueInfoProto, dimensions: Readonly<Record<string, number>>): OnnxInput {
  const type = info.type?.value;
  if (type?.case !== 'tensorType') throw unsupported(`Input "${info.name}" is not a tensor.`);
  const shape = (type.value.shape?.dim ?? []).map(({ value }, i) => {
    const given = Object.hasOwn(dimensions, `${info.name}:${i}`) ? dimensions[`${info.name}:${i}`] : undefined;
    const size = given ?? sizeOfDimension(value, dimensions);
    if (size === undefined) {
      const name = value.value === undefined ? 'without a name' : `"${value.value}"`;
      throw new OnnxError(
        `Dimension ${i} of input "${info.name}" is open (${name}).`,
        'Give its size in `dimensions`.',
      );
    }
    if (!Number.isSafeInteger(size) || size < 0) {
      throw damaged(`Dimension ${i} of input "${info.name}" has the impossible size ${size}.`);
    }
    return size;
  });
  return { name: info.name, dtype: knownDType(type.value.elemType, `Input "${info.name}"`), shape };
}

type Dimension =
  | { case: 'dimValue'; value: bigint }
  | { case: 'dimParam'; value: string }
  | { case: undefined; value?: undefined };

function sizeOfDimension(value: Dimension, dimensions: Readonly<Record<string, number>>): number | undefined {
  if (value.case === 'dimValue') return Number(value.value);
  return value.case === 'dimParam' && Object.hasOwn(dimensions, value.value) ? dimensions[value.value] : undefined;
}

/** Inputs and outputs that share a name are the file's mistake, not the caller's. */
export function ioErrors<T>(action: () => T): T {
  try {
    return action();
  } catch (cause) {
    if (cause instanceof GraphError)
      throw damaged(`The inputs and outputs of the file do not fit. ${cause.message}`, cause);
    throw cause;
  }
}
