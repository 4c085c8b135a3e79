export { get } from './get.js';
export { getSplit } from './get-split.js';
export { list } from './list.js';
export { many } from './many.js';
