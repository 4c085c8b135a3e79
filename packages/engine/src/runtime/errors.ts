import { StockpotEngineError } from '../errors.js';

/** A device could not prepare or run a graph. */
export class DeviceError extends StockpotEngineError {
  constructor(
    readonly device: string,
    message: string,
    advice: string,
    options?: { cause?: unknown },
  ) {
    super(message, advice, options);
  }
}
