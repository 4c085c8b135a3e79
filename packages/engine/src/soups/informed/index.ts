export { diagonalFisher, type FisherOptions } from './diagonal-fisher.js';
export { fisher, fisherSchema } from './fisher.js';
export { type GramOptions, gramMatrices } from './gram-matrices.js';
export { type MeasuredModel, type MeasureOptions, measuredClassifier, measuredModel } from './measured-model.js';
export { regmean, regmeanSchema } from './regmean.js';
export { type InformedMethod, measuredStatistics, type Statistics } from './statistics.js';
