import { StockpotEngineError } from '../../errors.js';

/** An ONNX file that cannot be read into a graph: damaged, or with something Stockpot does not know. */
export class OnnxError extends StockpotEngineError {}

export function damaged(message: string, cause?: unknown): OnnxError {
  return new OnnxError(message, 'The file is damaged or no ONNX model; export or download it again.', { cause });
}

export function unsupported(message: string): OnnxError {
  return new OnnxError(message, 'Export the model without it, or replace that part by operators that Stockpot knows.');
}
