export { postgresFolders, removePostgres } from './home.js';
export { type EmbeddedPostgres, type StartOptions, startPostgres, stopPostgres } from './supervisor.js';
