/** A device could not prepare or run a graph. `advice` is the next step. */
export class DeviceError extends Error {
  override readonly name = 'DeviceError';

  constructor(
    readonly device: string,
    what: string,
    readonly advice: string,
    options?: ErrorOptions,
  ) {
    super(`${what} ${advice}`, options);
  }
}
