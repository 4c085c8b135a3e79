/** Points of one series, in the order in which the engine told them. Lengths are equal and at least 1. */
export interface MetricBatch {
  readonly series: string;
  readonly steps: number[];
  readonly values: number[];
}

/** Resolves when the database has acknowledged the batch; rejects when it refused it for good. */
export type AppendMetrics = (batch: MetricBatch) => Promise<void>;

const FLUSH_AFTER_MS = 250;
const FLUSH_AT_POINTS = 2_000;

/**
 * Collects the points of one step and appends them in batches, one batch a series, a quarter of a second after the first
 * point, earlier when there are many. Batches of a series are appended one after the other, in order. `flush` resolves
 * when everything told so far is acknowledged: a step is completed only after it, so no acknowledged step lacks a point.
 */
export class MetricBuffer {
  readonly #append: AppendMetrics;
  #pending = new Map<string, MetricBatch>();
  #points = 0;
  #timer: NodeJS.Timeout | undefined;
  #tail: Promise<void> = Promise.resolve();
  #failure: { readonly error: unknown } | undefined;

  constructor(append: AppendMetrics) {
    this.#append = append;
  }

  add(series: string, steps: readonly number[], values: readonly number[]): void {
    if (steps.length === 0) return;
    let batch = this.#pending.get(series);
    if (batch === undefined) {
      batch = { series, steps: [], values: [] };
      this.#pending.set(series, batch);
    }
    batch.steps.push(...steps);
    batch.values.push(...values);
    this.#points += steps.length;
    if (this.#points >= FLUSH_AT_POINTS) this.#send();
    else this.#timer ??= setTimeout(() => this.#send(), FLUSH_AFTER_MS);
  }

  /** Sends what waits and resolves when all of it is acknowledged; throws what `append` threw, now or earlier. */
  async flush(): Promise<void> {
    this.#send();
    await this.#tail;
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  #send(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const batches = [...this.#pending.values()];
    this.#pending = new Map();
    this.#points = 0;
    if (batches.length === 0) return;
    this.#tail = this.#tail.then(async () => {
      for (const batch of batches) {
        if (this.#failure !== undefined) return;
        try {
          await this.#append(batch);
        } catch (error) {
          this.#failure = { error };
        }
      }
    });
  }
}
