export * from './connect.js';
export * from './errors.js';
export * from './ids.js';
export * from './migrate.js';
export * from './notify.js';
export * from './queries/index.js';
export * from './schema/index.js';
export * from './sql.js';
