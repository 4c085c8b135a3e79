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

/** A graph needs more memory than the device has. */
export class DeviceOutOfMemoryError extends DeviceError {}

/** The device stopped working while it was used: its driver was reset or updated, or the card was taken away. */
export class DeviceLostError extends DeviceError {}

/** Names of the errors after which a process cannot use its device any more. */
export const FATAL_DEVICE_ERRORS: ReadonlySet<string> = new Set([DeviceLostError.name, DeviceOutOfMemoryError.name]);
