export { soupMethodFacts as methodFacts } from '@stockpot/engine/recipe';
export { get } from './get.js';
export { many } from './many.js';
export { traces } from './traces.js';
