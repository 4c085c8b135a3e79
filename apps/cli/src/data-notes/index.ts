export { dataNotes } from './data-notes.js';
export { importNotes } from './import-notes.js';
