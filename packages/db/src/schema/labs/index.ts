export * from './constants.js';
export * from './labs.js';
export * from './memberships.js';
