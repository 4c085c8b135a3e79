import { StockpotEngineError } from '../errors.js';

/** One blob that a step made. `hash` is the SHA-256 of its bytes, 64 lower-case hexadecimal digits. */
export interface StepOutput {
  readonly hash: string;
  readonly bytes: number;
  readonly mediaType: string;
}

/** Content-addressed blobs: a blob is either there whole and named by its hash, or not there. */
export interface ArtifactStore {
  /** Stores the bytes durably before it resolves. Storing the same bytes twice is free of side effects. */
  put(data: Uint8Array | AsyncIterable<Uint8Array>, mediaType: string): Promise<StepOutput>;
  /** The file of a blob that is there. Never write to it. */
  path(hash: string): string;
  has(hash: string): Promise<boolean>;
  /** The bytes, verified against the hash. A blob that fails is quarantined and `ArtifactCorruptError` is thrown. */
  read(hash: string): Promise<Uint8Array>;
}

export class ArtifactCorruptError extends StockpotEngineError {
  readonly hash: string;

  constructor(hash: string, found: string) {
    super(
      `The stored artifact ${hash} is damaged: its bytes hash to ${found}.`,
      'It was moved to quarantine. Run the recipe again: the step that made it runs once more.',
    );
    this.hash = hash;
  }
}

export class ArtifactMissingError extends StockpotEngineError {
  readonly hash: string;

  constructor(hash: string, where: string) {
    super(
      `The artifact ${hash} is not in the store at ${where}.`,
      'Run the recipe again: the step that makes it runs once more.',
    );
    this.hash = hash;
  }
}

export class StoreFullError extends StockpotEngineError {
  constructor(where: string, cause: unknown) {
    super(
      `The disk that holds ${where} is full; nothing was kept of what was being written.`,
      'Free some space, or choose a place on a larger disk (-o, --home or STOCKPOT_HOME), and run it again: finished steps are kept.',
      { cause },
    );
  }
}
