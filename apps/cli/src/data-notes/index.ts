export { dataNotes } from './data-notes.js';
