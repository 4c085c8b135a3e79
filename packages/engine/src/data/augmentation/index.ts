export { type Augmentation, augmentationOf } from './augmentations.js';
export { type CutmixBox, drawMixing, type Mixing, type MixingDraw, mixImages, mixTargets } from './mixing.js';
export type { Operation, Pipeline, PipelineContext } from './pipeline.js';
export { type Erasing, eraseRandomly } from './random-erasing.js';
