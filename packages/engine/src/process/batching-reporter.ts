import type { Progress, Reporter } from '../steps/definition.js';
import type { StepEvent } from './messages.js';

const INTERVAL_MS = 250;

/**
 * Collects metrics and the latest progress and hands them on a few times a second: a training step takes milliseconds,
 * and a message each would cost more than the step.
 */
export class BatchingReporter implements Reporter {
  readonly #send: (events: readonly StepEvent[]) => void;
  readonly #series = new Map<string, { steps: number[]; values: number[] }>();
  #progress: Progress | undefined;
  #sentAt = performance.now();

  constructor(send: (events: readonly StepEvent[]) => void) {
    this.#send = send;
  }

  metric(series: string, step: number, value: number): void {
    let points = this.#series.get(series);
    if (points === undefined) {
      points = { steps: [], values: [] };
      this.#series.set(series, points);
    }
    points.steps.push(step);
    points.values.push(value);
    this.#flushWhenDue();
  }

  progress(progress: Progress): void {
    this.#progress = progress;
    this.#flushWhenDue();
  }

  /** Sends what is left. No timer does it: the step reports often, and its last report is followed by its end. */
  flush(): void {
    const events: StepEvent[] = [...this.#series].map(([series, points]) => ({ type: 'metric', series, ...points }));
    if (this.#progress !== undefined) {
      const { rate, ...progress } = this.#progress;
      events.push({ type: 'progress', ...progress, rate: rate ?? null });
    }
    this.#series.clear();
    this.#progress = undefined;
    this.#sentAt = performance.now();
    if (events.length > 0) this.#send(events);
  }

  #flushWhenDue(): void {
    if (performance.now() - this.#sentAt >= INTERVAL_MS) this.flush();
  }
}
