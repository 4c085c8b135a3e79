export * from './parameters.js';
export * from './plan.js';
