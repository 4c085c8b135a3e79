/** @file Models as checkpoints: what programs outside the engine need of them. */

export { type ImageArchitecture, shownArchitecture } from './architecture.js';
export {
  assertSoupable,
  compareBuffers,
  compareModels,
  type Finding,
  type FindingKind,
  type ModelHeader,
} from './compatibility.js';
export { readDocuments } from './documents.js';
export { exportCheckpoint } from './export-checkpoint.js';
export {
  type ExportOptions,
  FORMAT_NAMES,
  type ForeignModel,
  type FormatName,
  readFormatRecord,
  recogniseFormat,
} from './formats/index.js';
export { type ForeignOptions, type ImportableModel, importCheckpoint } from './import-checkpoint.js';
export { classesOf, describeModel, isModel, type ModelDescription } from './metadata.js';
export { importOnnxFile } from './onnx/import-onnx-file.js';
export { isHuggingFaceBert } from './text/huggingface-bert.js';
export { importTextStock } from './text/import-text-stock.js';
export { describeTextModel, exportTextCheckpoint, isTextModel } from './text/text-checkpoint.js';
