import type { AttributesOf, OperatorName } from './operators/index.js';
import type { Tensor, TensorType } from './tensor.js';

/** A tensor in a graph: what an input, a constant or a node yields. Its shape is static. */
export interface Value extends TensorType {
  /** Unique within the builder that made it. */
  readonly id: number;
  readonly name: string;
}

export interface NodeOf<K extends OperatorName> {
  readonly operator: K;
  readonly attributes: AttributesOf<K>;
  /** null stands for an optional input that is absent. */
  readonly inputs: readonly (Value | null)[];
  readonly outputs: readonly Value[];
}

/** One operator applied. A union over the table, so that switching on `operator` types the attributes. */
export type GraphNode = { [K in OperatorName]: NodeOf<K> }[OperatorName];

export interface GraphConstant {
  readonly value: Value;
  readonly tensor: Tensor;
}

export interface GraphOutput {
  readonly name: string;
  readonly value: Value;
}

/** A finished graph. Nodes are in topological order; what no output needs is not in it. */
export interface Graph {
  /** Fed at run time by `value.name`. */
  readonly inputs: readonly Value[];
  readonly constants: readonly GraphConstant[];
  readonly nodes: readonly GraphNode[];
  readonly outputs: readonly GraphOutput[];
}
