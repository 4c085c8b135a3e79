import { type DType, dtypeNames, dtypes, type TypedArray } from './dtype.js';
import { GraphError } from './errors.js';
import type { Graph, GraphConstant, GraphNode, GraphOutput, Value } from './graph.js';
import { InferContext, type OperatorDefinition } from './operators/definition.js';
import { type AttributesOf, type OperatorName, operators } from './operators/index.js';
import { rewrite } from './rewrites/index.js';
import { type Shape, showShape, sizeOf } from './shape.js';
import { type Tensor, type TensorType, tensor, tensorOf } from './tensor.js';

/**
 * Writes a graph node by node: names, types, and the sharing of equal sub-expressions. `GraphBuilder` adds one method an
 * operator; the reader of ONNX files and the gradient rules use `append` directly.
 */
export class GraphWriter {
  readonly #inputs: Value[] = [];
  readonly #constants: GraphConstant[] = [];
  readonly #nodes: GraphNode[] = [];
  readonly #outputs: GraphOutput[] = [];
  readonly #values: Value[] = [];
  readonly #producers = new Map<Value, GraphNode>();
  readonly #tensors = new Map<Value, Tensor>();
  readonly #scalars = new Map<string, Value>();
  readonly #shared = new Map<string, GraphNode>();

  /** The nodes so far, in the order they were appended, which is topological. */
  get nodes(): readonly GraphNode[] {
    return this.#nodes;
  }

  /** A tensor that is fed by `name` at run time: a batch, a parameter, optimizer state, a learning rate. */
  input(name: string, dtype: DType, shape: Shape): Value {
    if (this.#inputs.some((input) => input.name === name)) {
      throw new GraphError(`The graph has an input "${name}" already; give this one another name.`);
    }
    if (this.#outputs.some((output) => output.name === name)) {
      throw new GraphError(
        `"${name}" is an output already, and ONNX has one space of names; give the input another name.`,
      );
    }
    if (shape.some((n) => !Number.isInteger(n) || n < 0)) {
      throw new GraphError(`Input "${name}" has the shape ${showShape(shape)}; dimensions are whole numbers from 0.`);
    }
    const value = this.#value({ dtype, shape }, name);
    this.#inputs.push(value);
    return value;
  }

  /**
   * A tensor fixed in the graph. A typed array brings its dtype (a Uint8Array is u8 unless dtype is 'bool'); numbers become
   * `dtype`, f32 by default. A single number fills `shape`, [] by default; an array is a vector unless `shape` is given.
   */
  constant(data: TypedArray | readonly number[] | number, dtype?: DType, shape?: Shape, name?: string): Value {
    const content = constantTensor(data, dtype, shape);
    if (name !== undefined || sizeOf(content.shape) !== 1) return this.#constant(content, name);
    // -0 and 0 differ in 1/x, so they must not be merged.
    const key = `${content.dtype}${showShape(content.shape)}${Object.is(Number(content.data[0]), -0) ? '-0' : content.data[0]}`;
    const known = this.#scalars.get(key);
    if (known !== undefined) return known;
    const value = this.#constant(content);
    this.#scalars.set(key, value);
    return value;
  }

  /** `value` is returned by every run under `name`. */
  output(name: string, value: Value): void {
    this.#own(value, `output "${name}"`);
    if (this.#outputs.some((output) => output.name === name)) {
      throw new GraphError(`The graph has an output "${name}" already; give this one another name.`);
    }
    if (this.#inputs.some((input) => input.name === name)) {
      throw new GraphError(
        `"${name}" is an input already, and ONNX has one space of names; call the output "next.${name}".`,
      );
    }
    this.#outputs.push({ name, value });
  }

  /** Applies an operator. An equal application made before is shared instead of repeated. */
  append<K extends OperatorName>(
    operator: K,
    inputs: readonly (Value | null)[],
    attributes: AttributesOf<K>,
  ): readonly Value[] {
    for (const input of inputs) if (input !== null) this.#own(input, operator);
    const given = trimmed(inputs);
    const key = `${operator}(${given.map((input) => input?.id ?? '')})${JSON.stringify(attributes, exactNumbers)}`;
    const known = this.#shared.get(key);
    if (known !== undefined) return known.outputs;
    const outputs = inferTypes(operator, given, attributes).map((type) => this.#value(type));
    const node = { operator, attributes, inputs: given, outputs } as GraphNode;
    this.#nodes.push(node);
    this.#shared.set(key, node);
    for (const output of outputs) this.#producers.set(output, node);
    return outputs;
  }

  /** As `append`, for operators with one output. */
  appendOne<K extends OperatorName>(
    operator: K,
    inputs: readonly (Value | null)[],
    attributes: AttributesOf<K>,
  ): Value {
    const [output] = this.append(operator, inputs, attributes);
    if (output === undefined) throw new GraphError(`${operator} has no output.`);
    return output;
  }

  /** The node that yields `value`; undefined for inputs and constants. */
  producer(value: Value): GraphNode | undefined {
    return this.#producers.get(value);
  }

  /** The numbers of a constant; undefined for every other value. */
  constantOf(value: Value): Tensor | undefined {
    return this.#tensors.get(value);
  }

  /** The finished graph: copies and needless transposes gone, constants folded, dead nodes removed. The writer may go on. */
  build(): Graph {
    return rewrite(this.snapshot());
  }

  /** The graph exactly as it was written so far. */
  snapshot(): Graph {
    if (this.#outputs.length === 0) {
      throw new GraphError('The graph has no output; name at least one with output(name, value).');
    }
    return {
      inputs: [...this.#inputs],
      constants: [...this.#constants],
      nodes: [...this.#nodes],
      outputs: [...this.#outputs],
    };
  }

  #constant(content: Tensor, name?: string): Value {
    const value = this.#value(content, name);
    this.#constants.push({ value, tensor: content });
    this.#tensors.set(value, content);
    return value;
  }

  #value(type: TensorType, name?: string): Value {
    const id = this.#values.length;
    const value: Value = { id, name: name ?? `v${id}`, dtype: type.dtype, shape: [...type.shape] };
    this.#values.push(value);
    return value;
  }

  #own(value: Value, where: string): void {
    if (this.#values[value.id] !== value) {
      throw new GraphError(
        `The value "${value.name}" given to ${where} belongs to another graph; values cannot be shared.`,
      );
    }
  }
}

/** Types of the outputs that `operator` yields for operands of these types. Throws GraphError when it does not take them. */
export function inferTypes<K extends OperatorName>(
  operator: K,
  inputs: readonly (TensorType | null)[],
  attributes: AttributesOf<K>,
): readonly TensorType[] {
  const definition: OperatorDefinition<Record<never, never>> = operators[operator];
  const context = new InferContext(operator, inputs, attributes);
  const [fewest, most] = definition.arity;
  if (inputs.length < fewest || inputs.length > most) {
    context.fail(`It takes ${fewest === most ? fewest : `${fewest} to ${most}`} operands, not ${inputs.length}`);
  }
  return definition.infer(context);
}

/** Numbers that stand for the bodies of loops in the keys of shared nodes: a body is shared only with itself. */
const bodies = new WeakMap<object, number>();
let bodyCount = 0;

function bodyNumber(body: object): number {
  const known = bodies.get(body);
  if (known !== undefined) return known;
  bodyCount++;
  bodies.set(body, bodyCount);
  return bodyCount;
}

/** JSON writes infinities, NaN and -0 as something else; equal keys must mean equal attributes. */
function exactNumbers(_: string, value: unknown): unknown {
  if (typeof value === 'object' && value !== null && 'nodes' in value) return `graph ${bodyNumber(value)}`;
  return typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0)) ? `number ${value}` : value;
}

function trimmed(inputs: readonly (Value | null)[]): readonly (Value | null)[] {
  const last = inputs.findLastIndex((input) => input !== null);
  return inputs.slice(0, last + 1);
}

function constantTensor(data: TypedArray | readonly number[] | number, dtype?: DType, shape?: Shape): Tensor {
  if (typeof data === 'number') {
    const wanted = shape ?? [];
    return tensorOf(dtype ?? 'f32', wanted, new Float64Array(sizeOf(wanted)).fill(data));
  }
  if (!ArrayBuffer.isView(data)) return tensorOf(dtype ?? 'f32', shape ?? [data.length], data);
  const natural = dtype ?? naturalDType(data);
  if (dtypes[natural].allocate(0).constructor !== data.constructor) {
    throw new GraphError(`A ${data.constructor.name} does not hold ${natural}; convert the constant first.`);
  }
  return tensor(natural, shape ?? [data.length], data);
}

function naturalDType(data: TypedArray): DType {
  if (data instanceof Uint16Array) {
    throw new GraphError("A Uint16Array holds f16 or bf16 bits; say which with constant(data, 'f16').");
  }
  const found = dtypeNames.find((name) => name !== 'bool' && dtypes[name].allocate(0).constructor === data.constructor);
  if (found === undefined) throw new GraphError(`A ${data.constructor.name} is no constant of a known dtype.`);
  return found;
}
