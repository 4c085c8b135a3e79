export { get } from './get.js';
export { list } from './list.js';
export { many } from './many.js';
