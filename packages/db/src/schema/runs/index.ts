export * from './enums.js';
export * from './runs.js';
export * from './steps.js';
