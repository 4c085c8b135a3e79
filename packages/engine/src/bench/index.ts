export { type Bar, Bars } from './bars.js';
