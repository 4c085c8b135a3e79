export { diagnose } from './diagnose.js';
export { diversity } from './diversity.js';
export { evidence } from './evidence.js';
export { marginalValues } from './marginal.js';
export { poolOfRepeat } from './pool-of-repeat.js';
export * from './stored/index.js';
export { readQuestion, usualQuestions, whatIf } from './what-if.js';
