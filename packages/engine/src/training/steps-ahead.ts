import type { Tensor } from '../graph/tensor.js';
import type { Stepper } from '../runtime/stepper.js';
import type { Feeds } from './training-task.js';

/** A batch with what its step gave. */
export interface TakenStep {
  readonly batch: Feeds;
  readonly outputs: Readonly<Record<string, Tensor>>;
}

interface Waiting extends TakenStep {
  readonly fed: Feeds;
}

/**
 * Hands out steps one by one, and has the device do as many at a time as it likes (`Stepper.stepsAtOnce`). Where that is more
 * than one, the state on the device may be ahead of the step that was handed out; it is looked at only when `aligned`.
 */
export class StepsAhead {
  readonly #stepper: Stepper;
  readonly #feedsAt: (step: number) => Promise<{ readonly batch: Feeds; readonly scalars: Feeds }>;
  readonly #boundaryAfter: (step: number) => number;
  #ready: Waiting[] = [];
  /** What was fed to the steps of the last run that were handed out. */
  #handedOut: Feeds[] = [];

  /**
   * @param options.boundaryAfter the first step after `step` before which the state has to be looked at: the end, a score
   */
  constructor(
    stepper: Stepper,
    options: {
      readonly feedsAt: (step: number) => Promise<{ readonly batch: Feeds; readonly scalars: Feeds }>;
      readonly boundaryAfter: (step: number) => number;
    },
  ) {
    this.#stepper = stepper;
    this.#feedsAt = options.feedsAt;
    this.#boundaryAfter = options.boundaryAfter;
  }

  /** Whether the state on the device is that after the last step that was handed out. */
  get aligned(): boolean {
    return this.#ready.length === 0;
  }

  /** The step of batch `step`, which follows the one handed out before. */
  async take(step: number): Promise<TakenStep> {
    if (this.aligned) await this.#run(step);
    const next = this.#ready.shift();
    if (next === undefined) throw new Error(`The device gave nothing for step ${step}.`);
    this.#handedOut.push(next.fed);
    return next;
  }

  /** Brings the state back to before the step that was handed out last. */
  async takeBack(): Promise<void> {
    const before = this.#handedOut.slice(0, -1);
    this.#ready = [];
    this.#handedOut = [];
    await this.#stepper.undo();
    for (const fed of before) await this.#stepper.step(fed);
  }

  async #run(step: number): Promise<void> {
    const count = Math.max(1, Math.min(this.#stepper.stepsAtOnce, this.#boundaryAfter(step) - step));
    const fed: { batch: Feeds; fed: Feeds }[] = [];
    for (let ahead = 0; ahead < count; ahead++) {
      const { batch, scalars } = await this.#feedsAt(step + ahead);
      fed.push({ batch, fed: { ...batch, ...scalars } });
    }
    const outputs = await this.#stepper.stepMany(fed.map(({ fed: feeds }) => feeds));
    this.#handedOut = [];
    this.#ready = fed.flatMap((given, i) => {
      const made = outputs[i];
      return made === undefined ? [] : [{ ...given, outputs: made }];
    });
  }
}
