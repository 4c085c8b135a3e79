export { append } from './append.js';
export { batch } from './batch.js';
export { series } from './series.js';
