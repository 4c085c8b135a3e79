export { groups } from './groups.js';
