export { decodeOnnx, modelGraph } from './decode.js';
export { type EncodeOptions, encodeOnnx, INFERRED, OPSET, type OpenDimensions, openSize } from './encode.js';
export { OnnxError } from './errors.js';
export type { ExternalData } from './external-data.js';
export { readOnnxFile } from './file.js';
export { type OnnxInput, type OnnxModel, type ReadOptions, readOnnx } from './model.js';
