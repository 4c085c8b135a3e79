export { groups } from './groups.js';
export { methods } from './methods.js';
