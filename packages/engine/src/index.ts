export * from './artifacts/index.js';
export * from './errors.js';
export * from './json.js';
export * from './recipe/index.js';
export * from './steps/index.js';
