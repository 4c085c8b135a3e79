export { GraphBuilder, type Operand } from './builder.js';
export { type DType, type DTypeArrays, dtypeNames, dtypes, type TypedArray } from './dtype.js';
export { GraphError } from './errors.js';
export type { Graph, GraphConstant, GraphNode, GraphOutput, NodeOf, Value } from './graph.js';
export { type AttributesOf, type OperatorName, operatorNames, operators } from './operators/index.js';
export { type Shape, sameShape, showShape, sizeOf } from './shape.js';
export { emptyTensor, numbersOf, type Tensor, type TensorType, tensor, tensorOf } from './tensor.js';
