export { documents } from './documents.js';
export { get } from './get.js';
export { list } from './list.js';
export { ofModels } from './of-models.js';
export { ofPools } from './of-pools.js';
export { ofRuns } from './of-runs.js';
export { readDocument } from './read-document.js';
export { assertStorable } from './storable.js';
