import type { AttributesOf, DType, Graph, GraphBuilder, OperatorName, Value } from '../../graph/index.js';

/** What onnxruntime's WebGPU provider (1.30) computes with. i64, u8 and i8 are held as i32 there; f64 and bf16 are refused. */
export type KernelDType = Extract<DType, 'f32' | 'f16' | 'i32' | 'bool'>;

/** The operands as they are on the device; null for one that is absent. */
export interface LoweringContext<K extends OperatorName> {
  readonly b: GraphBuilder;
  readonly inputs: readonly (Value | null)[];
  readonly attributes: AttributesOf<K>;
  /** Types of the node's own outputs. */
  readonly outputs: readonly Value[];
  /** Writes a graph inside of the node at this place, lowered; returns its outputs. */
  readonly inline: (graph: Graph, inputs: readonly Value[]) => readonly Value[];
}

/** How WebGPU does one operator. */
export interface WebgpuRule<K extends OperatorName> {
  /** Element types of operand `data` that the kernel takes. A boolean that it does not take goes through i32. */
  readonly takes: readonly KernelDType[];
  /** The operand whose element type decides; the first one when left out. */
  readonly data?: number;
  /** Says the same with other operators where the kernel is missing or wrong; null: the kernel does this case. */
  readonly lower?: (context: LoweringContext<K>) => readonly Value[] | null;
  /** Why the device cannot do a case at all, as a sentence; null when it can. */
  readonly missing?: (context: LoweringContext<K>) => string | null;
  /** Why the provider needs `lower`. Every rule with one says so. */
  readonly because?: string;
  /** Largest error relative to the larger of 1 and the result, where WGSL promises less than a few roundings. */
  readonly bound?: number;
}

/** Operand `index`, which the operator always has. */
export function operand<K extends OperatorName>({ inputs }: LoweringContext<K>, index: number): Value {
  const value = inputs[index];
  if (value === null || value === undefined) throw new RangeError(`The node has no operand ${index}.`);
  return value;
}
