import type { AttributesOf, DType, NodeOf, OperatorName, Shape, TensorType } from '../../graph/index.js';

/** A tensor of the interpreter: every element type is held as f64 numbers, booleans as 0 and 1. */
export interface ReferenceTensor {
  readonly dtype: DType;
  readonly shape: Shape;
  readonly data: Float64Array;
}

/** What an operator's implementation sees. */
export class EvaluateContext<K extends OperatorName> {
  constructor(
    readonly node: NodeOf<K>,
    readonly inputs: readonly (ReferenceTensor | null)[],
  ) {}

  get attributes(): AttributesOf<K> {
    return this.node.attributes;
  }

  input(index: number): ReferenceTensor {
    const input = this.inputs[index];
    if (input === null || input === undefined) throw new TypeError(`${this.node.operator} has no input ${index}.`);
    return input;
  }

  optional(index: number): ReferenceTensor | null {
    return this.inputs[index] ?? null;
  }

  /** Type of the result, as shape inference found it. */
  output(index = 0): TensorType {
    const output = this.node.outputs[index];
    if (output === undefined) throw new TypeError(`${this.node.operator} has no output ${index}.`);
    return output;
  }
}

/** Computes the elements of every output from the definition in the ONNX specification. */
export type Evaluate<K extends OperatorName> = (context: EvaluateContext<K>) => readonly Float64Array[];
