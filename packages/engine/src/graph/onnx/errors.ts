/** An ONNX file that cannot be read into a graph: damaged, or with something Stockpot does not know. */
export class OnnxError extends Error {
  override readonly name = 'OnnxError';
}
