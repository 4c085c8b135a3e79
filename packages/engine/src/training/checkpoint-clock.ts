import type { BatchPosition } from './step-scalars.js';

/** Says when a training's state is to be saved: by the time since it was, and by the number of updates. */
export class CheckpointClock {
  readonly #every: { readonly everySeconds: number; readonly everyUpdates?: number };
  #savedAt = performance.now();

  constructor(every: { readonly everySeconds: number; readonly everyUpdates?: number }) {
    this.#every = every;
  }

  /** Whether the state is to be saved after this batch. Who is told so saves it. */
  strikes({ update, last }: BatchPosition): boolean {
    const { everySeconds, everyUpdates } = this.#every;
    const now = performance.now();
    const byCount = last && everyUpdates !== undefined && (update + 1) % everyUpdates === 0;
    if (!byCount && now - this.#savedAt < everySeconds * 1000) return false;
    this.#savedAt = now;
    return true;
  }
}
