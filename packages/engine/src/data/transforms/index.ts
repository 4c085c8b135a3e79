export { testTransform } from './test-transform.js';
