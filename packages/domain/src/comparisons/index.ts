export { readTogether } from './compare.js';
export { get } from './get.js';
export { many } from './many.js';
