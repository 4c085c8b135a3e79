export * from './datasets.js';
export * from './splits.js';
