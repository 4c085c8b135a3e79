import type { DType } from './dtype.js';
import type { Graph } from './graph.js';

export type AttributeKind = 'int' | 'ints' | 'float' | 'boolean' | 'string' | 'dtype' | 'graph';
export type AttributeValue = number | boolean | string | readonly number[] | Graph | null;

/**
 * How an operator's static argument is typed and where ONNX keeps it. ONNX passes some static arguments (a shape, axes,
 * bounds) as input tensors; here they are attributes too, because every shape in a graph is static, and `input` says at
 * which position they are written and read.
 */
export interface AttributeSpec<T extends AttributeValue> {
  readonly kind: AttributeKind;
  /** What an absent attribute means. Undefined: it must be given. */
  readonly fallback: T | undefined;
  /** Position among the ONNX inputs, when ONNX takes it as a tensor: i64 for integers, the dtype of input 0 for floats. */
  readonly input?: number;
  /** A one-element input tensor is a scalar rather than a vector. */
  readonly scalar?: boolean;
  /** Values a string may have. */
  readonly choices?: readonly string[];
}

export type AttributeSpecs = Readonly<Record<string, AttributeSpec<AttributeValue>>>;
export type ValuesOf<S extends AttributeSpecs> = {
  readonly [N in keyof S]: S[N] extends AttributeSpec<infer T> ? T : never;
};

export const int = (fallback?: number): AttributeSpec<number> => ({ kind: 'int', fallback });
export const ints = (fallback?: readonly number[]): AttributeSpec<readonly number[]> => ({ kind: 'ints', fallback });
export const float = (fallback?: number): AttributeSpec<number> => ({ kind: 'float', fallback });
export const flag = (fallback: boolean): AttributeSpec<boolean> => ({ kind: 'boolean', fallback });
export const graphAttribute = (): AttributeSpec<Graph> => ({ kind: 'graph', fallback: undefined });
export const dtypeAttribute = (): AttributeSpec<DType> => ({ kind: 'dtype', fallback: undefined });

export function choice<const C extends string>(choices: readonly C[], fallback: C): AttributeSpec<C> {
  return { kind: 'string', fallback, choices };
}

/** The attribute may be absent; then it is null. */
export function optional<T extends AttributeValue>(spec: AttributeSpec<T>): AttributeSpec<T | null> {
  return { ...spec, fallback: null };
}

/** ONNX takes the attribute as input tensor number `input`. */
export function fromInput<T extends AttributeValue>(input: number, spec: AttributeSpec<T>): AttributeSpec<T> {
  return { ...spec, input };
}
