export { type Augmentation, augmentationOf, type Erasing, type Mixing } from './augmentation/index.js';
export {
  type BatchPlan,
  type TrainingBatch,
  type TrainingBatches,
  type TrainingBatchesOptions,
  trainingBatches,
  type View,
} from './batches.js';
export {
  type Dataset,
  type Labels,
  type OpenDatasetOptions,
  openDataset,
  openTextDataset,
  type Split,
  type TextDataset,
  type TextSplit,
} from './dataset.js';
export { DataFileError, DatasetError } from './errors.js';
export { type IdxArray, readIdx } from './idx.js';
export { type DatasetManifest, datasetManifest, parseManifest } from './manifest.js';
export { type FolderExamples, type OpenFolderOptions, openFolder } from './open-folder.js';
export {
  INTERPOLATIONS,
  type Interpolation,
  measurePreprocessing,
  normalisationTable,
  normaliseImages,
  type Preprocessing,
  preprocessing,
} from './preprocessing.js';
export type { RawImage } from './raw-image.js';
export { registerDataset } from './register.js';
export type { TextExample } from './text-example.js';
