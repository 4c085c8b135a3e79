export type { Evaluate, ReferenceTensor } from './evaluate.js';
export { evaluateNode, interpret } from './interpret.js';
export { referenceTable } from './table.js';
