/** @file Checkpoints of other libraries: what other folders need of them, in one place. */
export { type ExportedModel, type ExportOptions, exportModel, type ForeignModel } from './export-model.js';
export { FORMAT_NAMES, type ForeignCheckpoint, type FormatName, type ImportOptions } from './format.js';
export { type ImportedModel, importModel, recogniseFormat } from './import-model.js';
export { FORMAT_KEY, type FormatRecord, formatMetadata, readFormatRecord, UNTOUCHED } from './record.js';
export { checkpointFormat, checkpointFormats } from './table.js';
