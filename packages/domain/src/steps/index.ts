export { begin } from './begin.js';
export { complete } from './complete.js';
export { fail } from './fail.js';
export { findResult } from './find-result.js';
export { get } from './get.js';
export { progress } from './progress.js';
