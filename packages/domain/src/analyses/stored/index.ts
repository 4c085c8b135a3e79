/** What each kind of analysis is, for people. */
export { analysisFacts as facts } from '@stockpot/engine/analysis/documents';
export { documents } from './documents.js';
export { get } from './get.js';
export { list } from './list.js';
export { many } from './many.js';
export { ofModels } from './of-models.js';
export { ofPools } from './of-pools.js';
export { ofRuns } from './of-runs.js';
export { readDocument } from './read-document.js';
export { assertStorable } from './storable.js';
