import type { Graph, GraphConstant, GraphNode, NodeOf, Value } from '../graph.js';
import { tensorOf } from '../tensor.js';
import { largestId, producersOf } from './substitute.js';

/**
 * Between two linear layers, GELU and its gradient need not scale anything: with s = x/√2, GELU(x) = √½·s·(1 + erf(s)) and
 * GELU′(x) = ½·((1 + erf(s)) + s / exp(s² + ln(√π/2))), and a Gemm multiplies by a number for nothing. So the Gemm that makes x
 * makes s, those that read GELU(x) carry the √½, and the one that makes the gradient's other factor the ½. Two of eleven
 * passes over the widest tensor of a transformer go, and one long-lived copy of it.
 *
 * Applies where shareGelu did, and where every neighbour is such a Gemm; else the graph stays as it is.
 */
export function foldGeluScales(graph: Graph): Graph {
  const matches = new Finder(graph).all();
  if (matches.length === 0) return graph;
  const replaced = new Map<GraphNode, GraphNode | null>();
  const constants: GraphConstant[] = [];
  let next = 1 + largestId(graph);
  const number = (like: Value, content: number): Value => {
    const id = next++;
    const value: Value = { id, name: `v${id}`, dtype: like.dtype, shape: [] };
    constants.push({ value, tensor: tensorOf(like.dtype, [], [content]) });
    return value;
  };
  for (const { made, scaled, half, sum, product, shift, readers, slope } of matches) {
    const s = onlyOutput(scaled);
    const erf = half.inputs[0];
    if (!erf) continue;
    // The Gemm between two GELUs reads the first and makes what the second takes: it may have been replaced already.
    const madeBefore = replaced.get(made);
    const maker = madeBefore?.operator === 'Gemm' ? madeBefore : made;
    replaced.set(made, withScale(maker, Math.SQRT1_2, Math.SQRT1_2, [s]));
    replaced.set(scaled, null);
    replaced.set(half, null);
    replaced.set(sum, { ...sum, inputs: [erf, number(s, 1)] });
    replaced.set(product, { ...product, inputs: [s, onlyOutput(sum)] });
    replaced.set(shift, { ...shift, inputs: [shift.inputs[0] ?? null, number(s, Math.log(Math.sqrt(Math.PI) / 2))] });
    for (const reader of readers) {
      const before = replaced.get(reader);
      const gemm = before?.operator === 'Gemm' ? before : reader;
      replaced.set(reader, withScale(gemm, Math.SQRT1_2, 1));
    }
    const slopeBefore = replaced.get(slope);
    replaced.set(slope, withScale(slopeBefore?.operator === 'Gemm' ? slopeBefore : slope, 0.5, 1));
  }
  const nodes = graph.nodes.flatMap((node): GraphNode[] => {
    const replacement = replaced.get(node);
    return replacement === undefined ? [node] : replacement === null ? [] : [replacement];
  });
  return { ...graph, nodes, constants: [...graph.constants, ...constants] };
}

/** One GELU with everything around it that a scale moves into or out of. */
interface Match {
  /** x = made: the Gemm in front. */
  readonly made: NodeOf<'Gemm'>;
  /** s = x·√½. */
  readonly scaled: GraphNode;
  /** erf(s)·½ and ½ + that: Φ. */
  readonly half: GraphNode;
  readonly sum: GraphNode;
  /** GELU(x) = x·Φ. */
  readonly product: GraphNode;
  /** s² + ln √π, inside of the exponential. */
  readonly shift: GraphNode;
  /** The Gemms that read GELU(x). */
  readonly readers: readonly NodeOf<'Gemm'>[];
  /** The Gemm whose result is multiplied by GELU′(x). */
  readonly slope: NodeOf<'Gemm'>;
}

class Finder {
  readonly #graph: Graph;
  readonly #producers: ReadonlyMap<Value, GraphNode>;
  readonly #users = new Map<Value, GraphNode[]>();
  readonly #outputs: ReadonlySet<Value>;

  constructor(graph: Graph) {
    this.#graph = graph;
    this.#producers = producersOf(graph);
    this.#outputs = new Set(graph.outputs.map(({ value }) => value));
    for (const node of graph.nodes) {
      for (const input of node.inputs) if (input !== null) this.#users.set(input, [...this.usersOf(input), node]);
    }
  }

  all(): Match[] {
    return this.#graph.nodes.flatMap((node) => {
      const match = node.operator === 'Erf' ? this.#around(node) : undefined;
      return match === undefined ? [] : [match];
    });
  }

  usersOf(value: Value): readonly GraphNode[] {
    return this.#users.get(value) ?? [];
  }

  #around(erf: NodeOf<'Erf'>): Match | undefined {
    const scaled = this.#maker(erf.inputs[0], 'Mul');
    const made = this.#maker(scaled?.inputs[0], 'Gemm');
    const half = this.#onlyUser(erf, 'Mul');
    const sum = half && this.#onlyUser(half, 'Add');
    if (!scaled || !made || !half || !sum || this.#outputs.has(onlyOutput(made))) return undefined;
    // x is read by the scaling and by x·Φ only; Φ by x·Φ and by the derivative only.
    const [x, s, phi] = [onlyOutput(made), onlyOutput(scaled), onlyOutput(sum)];
    const product = this.usersOf(x).find((user) => user.operator === 'Mul' && user.inputs[1] === phi);
    const derivative = this.usersOf(phi).find((user) => user.operator === 'Add' && user.inputs[0] === phi);
    if (!product || !derivative || this.usersOf(x).length !== 2 || this.usersOf(phi).length !== 2) return undefined;
    const quotient = this.#maker(derivative.inputs[1], 'Div');
    const exponential = this.#maker(quotient?.inputs[1], 'Exp');
    const shift = this.#maker(exponential?.inputs[0], 'Add');
    if (quotient?.inputs[0] !== s || !exponential || !shift || this.usersOf(onlyOutput(shift)).length !== 1)
      return undefined;
    const slope = this.#slope(derivative);
    const readers = this.usersOf(onlyOutput(product)).filter((user) => user.operator === 'Gemm');
    const plain = readers.length === this.usersOf(onlyOutput(product)).length;
    if (!plain || !slope || readers.some(({ inputs }) => inputs[2] === onlyOutput(product))) return undefined;
    if (this.#outputs.has(onlyOutput(product)) || this.#outputs.has(phi)) return undefined;
    return { made, scaled, half, sum, product, shift, readers, slope };
  }

  /** The Gemm without an addend whose result has no use but to be multiplied by the derivative. */
  #slope(derivative: GraphNode): NodeOf<'Gemm'> | undefined {
    const product = this.#onlyUser(derivative, 'Mul');
    const gradient = this.#maker(product?.inputs[0], 'Gemm');
    const alone = gradient && !gradient.inputs[2] && this.usersOf(onlyOutput(gradient)).length === 1;
    return alone ? gradient : undefined;
  }

  #maker<K extends GraphNode['operator']>(
    value: Value | null | undefined,
    operator: K,
  ): Extract<GraphNode, { operator: K }> | undefined {
    const node = value ? this.#producers.get(value) : undefined;
    return node?.operator === operator ? (node as Extract<GraphNode, { operator: K }>) : undefined;
  }

  #onlyUser<K extends GraphNode['operator']>(
    node: GraphNode,
    operator: K,
  ): Extract<GraphNode, { operator: K }> | undefined {
    const [user, ...others] = this.usersOf(onlyOutput(node));
    return user?.operator === operator && others.length === 0
      ? (user as Extract<GraphNode, { operator: K }>)
      : undefined;
  }
}

function withScale(gemm: NodeOf<'Gemm'>, alpha: number, beta: number, outputs = gemm.outputs): NodeOf<'Gemm'> {
  const { attributes } = gemm;
  return {
    ...gemm,
    attributes: { ...attributes, alpha: attributes.alpha * alpha, beta: attributes.beta * beta },
    outputs,
  };
}

function onlyOutput(node: GraphNode): Value {
  const [output] = node.outputs;
  if (output === undefined) throw new TypeError(`${node.operator} has no output.`);
  return output;
}
