export { type DecodeOptions, decodeOnnx } from './decode.js';
export { encodeOnnx, OPSET } from './encode.js';
export { OnnxError } from './errors.js';
