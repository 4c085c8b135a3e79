import type { AttributesOf, GraphBuilder, NodeOf, OperatorName, Value } from '../graph/index.js';
import { GradientError } from './errors.js';

/** What a rule sees: the forward node, the gradients that arrive at its outputs, and a builder to write the answer with. */
export class GradientContext<K extends OperatorName> {
  constructor(
    readonly b: GraphBuilder,
    readonly node: NodeOf<K>,
    /** One an output; null where the loss does not depend on it. */
    readonly gradients: readonly (Value | null)[],
    readonly needed: readonly boolean[],
    /**
     * For operators that hold a graph: the gradients of a scalar by some values of another builder, null where it does not
     * depend on one.
     */
    readonly inner: (b: GraphBuilder, scalar: Value, wrt: readonly Value[]) => readonly (Value | null)[],
  ) {}

  get attributes(): AttributesOf<K> {
    return this.node.attributes;
  }

  /** The gradient of the first output. */
  get gradient(): Value {
    const [first] = this.gradients;
    if (first === null || first === undefined) {
      throw new GradientError(
        `${this.node.operator} gets no gradient for its first output, only for a secondary one.`,
        'Let the loss depend on the first output, or compute the secondary one on its own.',
      );
    }
    return first;
  }

  input(index: number): Value {
    const value = this.node.inputs[index];
    if (value === null || value === undefined) throw new RangeError(`${this.node.operator} has no input ${index}.`);
    return value;
  }

  output(index = 0): Value {
    const value = this.node.outputs[index];
    if (value === undefined) throw new RangeError(`${this.node.operator} has no output ${index}.`);
    return value;
  }

  /** Whether anyone asks for the gradient of this input. A rule may skip the others. */
  needs(index: number): boolean {
    return this.needed[index] === true;
  }

  /** The answer of a rule for input `index`, computed only when needed. */
  when(index: number, compute: () => Value): Value | null {
    return this.needs(index) ? compute() : null;
  }
}

/** Gradients of the loss by each input, null where there is none (indices, conditions, unneeded inputs). */
export type GradientRule<K extends OperatorName> = (context: GradientContext<K>) => readonly (Value | null)[];

export interface NotDifferentiable {
  readonly notDifferentiable: string;
}

/** An operator through which no gradient can flow; the reason is a sentence that says what to do instead. */
export function notDifferentiable(reason: string): NotDifferentiable {
  return { notDifferentiable: reason };
}
