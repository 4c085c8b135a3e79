/** A gradient was asked for that does not exist. The message says which operator stands in the way and what to do. */
export class GradientError extends Error {
  override readonly name = 'GradientError';
}
