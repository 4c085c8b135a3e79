export { beta, gamma, uniformBetween } from './distributions.js';
export type { Word } from './keyed.js';
export { philox4x32 } from './philox.js';
export { keyed, Random } from './random.js';
