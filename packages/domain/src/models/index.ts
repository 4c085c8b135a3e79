export { families } from './families.js';
export { get } from './get.js';
export { labLineage } from './lab-lineage.js';
export { lineage } from './lineage.js';
export { list } from './list.js';
export { many } from './many.js';
