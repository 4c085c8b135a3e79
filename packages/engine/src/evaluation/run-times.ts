import { quantile } from '../statistics/quantile.js';

/** How long the runs of a network took, for the time that an answer costs on this machine. No part of any stored bytes. */
export class RunTimes {
  readonly #perExample: number[] = [];

  /** A run of the network: its milliseconds, and the examples that it answered. */
  add(milliseconds: number, examples: number): void {
    if (examples > 0) this.#perExample.push(milliseconds / examples);
  }

  /** Milliseconds for one example, the median over the runs; null where none was measured. */
  get median(): number | null {
    const sorted = Float64Array.from(this.#perExample).sort();
    return sorted.length === 0 ? null : quantile(sorted, 0.5);
  }
}
