import type { DeviceName } from '../runtime/device-names.js';
import type { Reporter } from '../steps/definition.js';
import { Speed } from './speed.js';
import type { BatchPosition } from './step-scalars.js';

/** Updates between two points of the curves of speed. */
const SPEED_EVERY = 10;

/** Tells of a training while it runs: of every update its numbers, and of every few their speed. */
export class TrainingReports {
  readonly speed: Speed;
  readonly #reporter: Reporter;
  readonly #deviceMemory: () => number | null;
  readonly #whole: { readonly updates: number; readonly examples: number; readonly device: DeviceName };

  /**
   * @param whole.updates of the whole training
   * @param whole.batch examples in one batch, `accumulate` of which make an update
   * @param whole.deviceMemory bytes that the device holds in memory of its own, as far as known
   */
  constructor(
    reporter: Reporter,
    whole: {
      readonly updates: number;
      readonly batch: number;
      readonly accumulate: number;
      readonly device: DeviceName;
      readonly deviceMemory: () => number | null;
    },
  ) {
    this.speed = new Speed(whole.batch);
    this.#reporter = reporter;
    this.#deviceMemory = whole.deviceMemory;
    this.#whole = { ...whole, examples: whole.batch * whole.accumulate };
  }

  /** @param numbers of the update that this batch completed; null for one that was left out */
  batch({ update, last }: BatchPosition, numbers: Readonly<Record<string, number>> | null): void {
    this.speed.step();
    if (!last) return;
    this.#metrics(update, numbers ?? {});
    const { updates, examples, device } = this.#whole;
    const done = update + 1;
    if (done % SPEED_EVERY !== 0 && done !== updates) return;
    const { imagesPerSecond, dataWait } = this.speed.lap();
    const memory = process.memoryUsage.rss();
    const own = this.#deviceMemory();
    const deviceMemory = own === null ? {} : { device_memory: own };
    this.#metrics(update, { images_per_second: imagesPerSecond, data_wait: dataWait, memory, ...deviceMemory });
    this.#reporter.progress({ done, total: updates, unit: 'steps', rate: imagesPerSecond / examples, device });
  }

  /** The score of the weights after `updates` updates. */
  score(updates: number, value: number): void {
    this.#metrics(updates - 1, { validation: value });
  }

  #metrics(step: number, values: Readonly<Record<string, number>>): void {
    for (const [series, value] of Object.entries(values)) this.#reporter.metric(series, step, value);
  }
}
