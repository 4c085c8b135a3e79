import type { AttributeSpecs, ValuesOf } from '../attributes.js';
import type { DType } from '../dtype.js';
import { GraphError } from '../errors.js';
import { normalizeAxes, normalizeAxis, showShape } from '../shape.js';
import type { TensorType } from '../tensor.js';

/** Where ONNX defines an operator. `since` is the version of its domain in which the definition used here appeared. */
export interface OnnxName {
  readonly type: string;
  readonly domain: '' | 'com.microsoft';
  readonly since: number;
}

export interface OperatorDefinition<S extends AttributeSpecs> {
  readonly onnx: OnnxName;
  /** Fewest and most tensor inputs. Inputs that hold attributes (see `AttributeSpec.input`) do not count. */
  readonly arity: readonly [number, number];
  readonly attributes: S;
  /** ONNX attributes that are understood with this value only (null: with any, because it follows from the inputs). */
  readonly fixed?: Readonly<Record<string, string | number | null>>;
  /** ONNX takes any number of operands; they are read as a chain of two. */
  readonly variadic?: boolean;
  /** An operator that exists here only, written as another ONNX operator; it is never read back. */
  readonly writeOnly?: boolean;
  /** Types of the outputs. Refuses what the ONNX specification refuses, with a sentence. */
  infer(context: InferContext<ValuesOf<S>>): readonly TensorType[];
}

/** What an operator sees while it infers the types of its outputs. */
export class InferContext<A> {
  constructor(
    readonly operator: string,
    readonly inputs: readonly (TensorType | null)[],
    readonly attributes: A,
  ) {}

  input(index: number): TensorType {
    return this.inputs[index] ?? this.fail(`Input ${index} is missing`);
  }

  optional(index: number): TensorType | null {
    return this.inputs[index] ?? null;
  }

  /** Every given input has the dtype of input 0. */
  sameDtype(): DType {
    const { dtype } = this.input(0);
    if (this.inputs.some((input) => input !== null && input.dtype !== dtype)) {
      return this.fail('The operands must have one dtype; cast one of them');
    }
    return dtype;
  }

  /** Input `index` has one of these dtypes. */
  requireDtype(index: number, ...allowed: readonly DType[]): DType {
    const { dtype } = this.input(index);
    if (!allowed.includes(dtype)) {
      return this.fail(`Input ${index} must be ${allowed.join(' or ')} but is ${dtype}; cast it`);
    }
    return dtype;
  }

  axis(axis: number, rank: number): number {
    return normalizeAxis(axis, rank) ?? this.fail(`Axis ${axis} is out of range for ${rank} dimensions`);
  }

  axes(axes: readonly number[] | null, rank: number): number[] {
    return (
      normalizeAxes(axes, rank) ??
      this.fail(`The axes [${(axes ?? []).join(', ')}] are out of range or repeated for ${rank} dimensions`)
    );
  }

  fail(sentence: string): never {
    const operands = this.inputs.map((type) => (type === null ? 'none' : `${type.dtype}${showShape(type.shape)}`));
    throw new GraphError(`${this.operator}(${operands.join(', ')}): ${sentence}.`);
  }
}

export function defineOperator<const S extends AttributeSpecs>(
  definition: OperatorDefinition<S>,
): OperatorDefinition<S> {
  return definition;
}

/** An operator of the ONNX standard. */
export function standard(type: string, since: number): OnnxName {
  return { type, domain: '', since };
}

export const FLOATS = ['f32', 'f16', 'bf16', 'f64'] as const;
export const INDEXES = ['i64', 'i32'] as const;
