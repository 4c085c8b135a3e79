import { evaluateNode } from '../../runtime/reference/interpret.js';
import { isFloat } from '../dtype.js';
import type { GraphNode, Value } from '../graph.js';
import { sizeOf } from '../shape.js';
import { numbersOf, type Tensor, tensorOf } from '../tensor.js';
import { wholeNumber } from './attribute-codec.js';

/** Shapes and tables of indices are small; larger constants are left to the device. */
const MOST_ELEMENTS = { float: 4096, other: 65_536 };

/** All of them together; beyond it nothing more is computed ahead. */
const MOST_ALTOGETHER = 2 ** 24;

interface Known {
  readonly tensor: Tensor;
  /** The initialisers that it was computed from. */
  readonly origins: ReadonlySet<string>;
}

/**
 * What is known before anything runs. Exporters compute shapes, axes and sizes with operators (Shape, Gather, Concat, …);
 * in a graph with static shapes these are numbers, computed here as the nodes are read.
 */
export class KnownConstants {
  readonly #known = new Map<Value, Known>();
  #elements = 0;

  /** `constantOf` knows the constants of the builder that the nodes are written into. */
  constructor(readonly constantOf: (value: Value) => Tensor | undefined) {}

  /** A constant of the file; `origin` when it is a named initialiser. */
  add(value: Value, tensor: Tensor, origin?: string): void {
    this.#known.set(value, { tensor, origins: new Set(origin === undefined ? [] : [origin]) });
  }

  of(value: Value): Known | undefined {
    const known = this.#known.get(value);
    if (known !== undefined) return known;
    const tensor = this.constantOf(value);
    return tensor === undefined ? undefined : { tensor, origins: new Set() };
  }

  /** Computes the outputs of nodes whose operands are all known and small. */
  settle(nodes: readonly GraphNode[]): void {
    for (const node of nodes) {
      const [output] = node.outputs;
      if (output === undefined || this.#known.has(output) || !isSmall(node)) continue;
      if (this.#elements > MOST_ALTOGETHER) return;
      const operands = node.inputs.map((input) => (input === null ? null : this.of(input)));
      if (operands.length === 0 || operands.includes(undefined)) continue;
      this.#evaluate(node, operands);
    }
  }

  #evaluate(node: GraphNode, operands: readonly (Known | null | undefined)[]): void {
    const results = evaluateNode(
      node,
      operands.map((known) =>
        known === null || known === undefined ? null : { ...known.tensor, data: numbersOf(known.tensor) },
      ),
    );
    const origins = new Set(operands.flatMap((known) => [...(known?.origins ?? [])]));
    for (const [i, value] of node.outputs.entries()) {
      const numbers = results[i] ?? new Float64Array();
      this.#elements += numbers.length;
      // "To the end" is the largest i64, which f64 rounds up to a number that i64 has not.
      const fitting = value.dtype === 'i64' ? numbers.map(wholeNumber) : numbers;
      this.#known.set(value, { tensor: tensorOf(value.dtype, value.shape, fitting), origins });
    }
  }
}

function isSmall(node: GraphNode): boolean {
  const values = [...node.inputs, ...node.outputs].filter((value) => value !== null);
  return values.every(
    ({ dtype, shape }) => sizeOf(shape) <= (isFloat(dtype) ? MOST_ELEMENTS.float : MOST_ELEMENTS.other),
  );
}
