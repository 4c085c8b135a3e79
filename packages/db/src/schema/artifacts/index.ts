export * from './artifacts.js';
export * from './step-results.js';
