import type { StepEvent } from '@stockpot/engine/process';

type Progress = Extract<StepEvent, { type: 'progress' }>;

const INTERVAL_MS = 400;

/**
 * Passes a step's progress on, a few times a second at most, always the newest, one call at a time. Progress is for
 * people who watch: when a call fails the next one says it better, so failures are dropped.
 */
export class StepProgress {
  readonly #tell: (progress: Progress) => Promise<void>;
  #newest: Progress | undefined;
  #telling: Promise<void> | undefined;

  constructor(tell: (progress: Progress) => Promise<void>) {
    this.#tell = tell;
  }

  set(progress: Progress): void {
    this.#newest = progress;
    this.#telling ??= this.#loop().finally(() => {
      this.#telling = undefined;
    });
  }

  /** Resolves when no call is under way; what was not told by then is dropped. */
  async close(): Promise<void> {
    this.#newest = undefined;
    await this.#telling;
  }

  async #loop(): Promise<void> {
    while (this.#newest !== undefined) {
      const progress = this.#newest;
      this.#newest = undefined;
      await this.#tell(progress).catch(() => undefined);
      if (this.#newest !== undefined) await new Promise((resolve) => setTimeout(resolve, INTERVAL_MS));
    }
  }
}
