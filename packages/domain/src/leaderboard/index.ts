export { list } from './list.js';
export { ranks } from './ranks.js';
