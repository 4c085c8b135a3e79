import { create } from '@bufbuild/protobuf';
import type { GraphBuilder } from '../builder.js';
import { isFloat } from '../dtype.js';
import { GraphError } from '../errors.js';
import type { Value } from '../graph.js';
import { numbersOf, type Tensor } from '../tensor.js';
import { plainAttribute } from './attribute-codec.js';
import { damaged, OnnxError, unsupported } from './errors.js';
import { type FunctionProto, type GraphProto, type NodeProto, NodeProtoSchema } from './generated/onnx_pb.js';
import { KnownConstants } from './known-constants.js';
import { OnnxNode, type Operands } from './onnx-node.js';
import { nodeReaders, refusals } from './readers/index.js';
import { Scope } from './scope.js';
import { appendFromTable, operatorOf } from './table-reader.js';

/** Functions and branches within each other; deeper is a file that calls itself. */
const DEEPEST = 32;
/** Functions may call functions many times over: a small file must not become a graph without end. */
const MOST_NODES = 1_000_000;

/** Tables of numbers (ranges, weights of a resizing) that a file may ask for altogether, beyond those that it brings. */
const MOST_ELEMENTS = 2 ** 22;

/** Writes the nodes of one ONNX file into a builder. */
export class OnnxReader {
  readonly constants: KnownConstants;
  /** Initialisers whose numbers shape the graph, and running statistics: they cannot be trained. */
  readonly fixed = new Set<string>();
  readonly #origins = new Map<Value, string>();
  readonly #functions: ReadonlyMap<string, FunctionProto>;
  #nodes = 0;
  #elements = 0;

  constructor(
    readonly b: GraphBuilder,
    readonly opset: number,
    functions: readonly FunctionProto[],
  ) {
    this.constants = new KnownConstants((value) => b.constantOf(value));
    this.#functions = new Map(functions.map((definition) => [`${definition.domain}:${definition.name}`, definition]));
  }

  /** An initialiser as a constant. */
  initialiser(scope: Scope, name: string, tensor: Tensor): void {
    const value = this.b.constant(tensor.data, tensor.dtype, tensor.shape, name);
    scope.set(name, value);
    if (isFloat(tensor.dtype)) this.#origins.set(value, name);
    this.constants.add(value, tensor, isFloat(tensor.dtype) ? name : undefined);
  }

  node(proto: NodeProto, scope: Scope, depth = 0): void {
    this.#nodes += 1;
    if (depth > DEEPEST || this.#nodes > MOST_NODES) throw damaged('The file has functions without end.');
    const node = new OnnxNode(this.b, proto, this.opset, this.#operandsOf(scope));
    const before = this.b.nodes.length;
    const outputs = this.#read(node, scope, depth);
    try {
      this.constants.settle(this.b.nodes.slice(before));
    } catch (cause) {
      if (cause instanceof RangeError) throw damaged(`${node.where} cannot be computed. ${cause.message}`, cause);
      throw cause;
    }
    for (const [i, name] of proto.output.entries()) {
      if (name === '') continue;
      const value = outputs[i];
      if (value === undefined || value === null) {
        throw unsupported(`${node.where} has an output "${name}" that Stockpot does not compute.`);
      }
      scope.set(name, value);
    }
  }

  #read(node: OnnxNode, scope: Scope, depth: number): readonly (Value | null)[] {
    const { opType } = node.proto;
    const domain = node.proto.domain === 'ai.onnx' ? '' : node.proto.domain;
    const definition = this.#functions.get(`${domain}:${opType}`);
    if (definition !== undefined) return this.#call(definition, node, scope, depth + 1);
    if (domain === '' && opType === 'If') return this.#branch(node, scope, depth + 1);
    const refusal = own(refusals, opType);
    if (refusal !== undefined) return node.refuse(refusal.because, refusal.advice);
    const reader = own(own(nodeReaders, domain) ?? {}, opType);
    try {
      if (reader !== undefined) {
        refuseUnknownAttributes(node, reader.attributes ?? []);
        const outputs = reader.read(node);
        return 'dtype' in outputs ? [outputs] : outputs;
      }
      const operator = operatorOf(node.proto);
      if (operator === undefined) throw unsupported(`${node.where} is an operator that Stockpot does not know.`);
      return appendFromTable(operator, node);
    } catch (cause) {
      if (cause instanceof GraphError)
        throw damaged(`${node.where} does not fit its operands. ${cause.message}`, cause);
      throw cause;
    }
  }

  /** A condition that is known before anything runs chooses its branch now; exporters write such conditions about shapes. */
  #branch(node: OnnxNode, scope: Scope, depth: number): readonly Value[] {
    const name = node.proto.input[0] ?? '';
    const condition = this.constants.of(this.#value(name, scope, node.where));
    if (condition === undefined) {
      return node.refuse(
        'chooses a branch by a condition that is computed at run time',
        'Export the model with static shapes.',
      );
    }
    for (const origin of condition.origins) this.fixed.add(origin);
    const wanted = numbersOf(condition.tensor)[0] === 0 ? 'else_branch' : 'then_branch';
    const branch = node.proto.attribute.find((attribute) => attribute.name === wanted)?.g;
    if (branch === undefined) throw damaged(`${node.where} has no ${wanted}.`);
    return this.#inner(branch, new Scope(scope), node, depth);
  }

  #inner(graph: GraphProto, scope: Scope, node: OnnxNode, depth: number): readonly Value[] {
    if (graph.initializer.length > 0) return node.unsupported('has initialisers inside a branch');
    for (const inner of graph.node) this.node(inner, scope, depth);
    return graph.output.map(({ name }) => this.#value(name, scope, node.where));
  }

  /** A function of the file's own is written out where it is called. */
  #call(definition: FunctionProto, node: OnnxNode, outer: Scope, depth: number): readonly (Value | null)[] {
    const scope = new Scope();
    for (const [i, name] of definition.input.entries()) {
      const given = node.proto.input[i] ?? '';
      if (given !== '') scope.set(name, this.#value(given, outer, node.where));
    }
    const defaults = definition.attributeProto.filter(
      ({ name }) => !node.proto.attribute.some((attribute) => attribute.name === name),
    );
    const given = [...node.proto.attribute, ...defaults];
    for (const inner of definition.node) {
      const attribute = inner.attribute.flatMap((written) => {
        if (written.refAttrName === '') return [written];
        const found = given.find(({ name }) => name === written.refAttrName);
        return found === undefined ? [] : [{ ...found, name: written.name, refAttrName: '' }];
      });
      this.node(create(NodeProtoSchema, { ...inner, attribute }), scope, depth);
    }
    return definition.output.map((name) => scope.get(name) ?? null);
  }

  #value(name: string, scope: Scope, where: string): Value {
    const value = scope.get(name);
    if (value === undefined) throw damaged(`"${name}", read by ${where}, is made by nothing before it.`);
    return value;
  }

  #operandsOf(scope: Scope): Operands {
    return {
      value: (name, where) => this.#value(name, scope, where),
      known: (name, where, what) => {
        const found = this.constants.of(this.#value(name, scope, where));
        if (found === undefined) {
          throw new OnnxError(
            `${where} takes its ${what} from "${name}", which is computed at run time.`,
            'Export the model with static shapes.',
          );
        }
        for (const origin of found.origins) this.fixed.add(origin);
        return found.tensor;
      },
      spend: (elements, where) => {
        this.#elements += elements;
        if (this.#elements <= MOST_ELEMENTS) return;
        throw new OnnxError(
          `${where} would make the constants of the graph longer than ${MOST_ELEMENTS} numbers.`,
          'Check the sizes in the file; they are far from those of a model.',
        );
      },
      fix: (name) => {
        const value = scope.get(name);
        const origin = value === undefined ? undefined : this.#origins.get(value);
        if (origin !== undefined) this.fixed.add(origin);
      },
    };
  }
}

/** What a table of ours has under a name that a file gave; names like "constructor" are none of ours. */
function own<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

function refuseUnknownAttributes(node: OnnxNode, understood: readonly string[]): void {
  for (const attribute of node.proto.attribute) {
    if (understood.includes(attribute.name)) continue;
    node.unsupported(`has ${attribute.name}=${plainAttribute(attribute)}, which Stockpot does not know`);
  }
}
