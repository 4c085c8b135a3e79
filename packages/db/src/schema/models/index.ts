export * from './classes.js';
export * from './costs.js';
export * from './lineage.js';
export * from './models.js';
