export { correctness } from './correctness.js';
export { forModel } from './for-model.js';
export { forModels } from './for-models.js';
export { get } from './get.js';
