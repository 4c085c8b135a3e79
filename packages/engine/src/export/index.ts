/** @file Models as files for use: what programs outside the engine need of them. */
export { CookedRun, type ModelStep } from '../analysis/subject/cooked-run.js';
export { type FilePrecision, PRECISIONS_OF_FILES } from './encode-network.js';
export { ExportError } from './errors.js';
export { checkpointOfRun, type ExportExamples, examplesOfFolder, examplesOfRun } from './examples.js';
export { type ExportRecord, exportNetwork, type NetworkExport } from './export-network.js';
export { certificateOf, loadForExport } from './load.js';
export type { CardFacts, CookedScore } from './model-card.js';
export type { RangeRule } from './quantise/calibrate.js';
