/** Images a second and the share of the time that went into making batches: since the last lap, and in total. */
export class Speed {
  readonly #batch: number;
  readonly #started = performance.now();
  #lapStarted = this.#started;
  #lapSteps = 0;
  #lapWait = 0;
  #steps = 0;
  #wait = 0;

  constructor(batch: number) {
    this.#batch = batch;
  }

  /** Awaits `make` and counts its time as waiting for data. */
  async waiting<Result>(make: () => Result | Promise<Result>): Promise<Result> {
    const before = performance.now();
    const result = await make();
    const spent = performance.now() - before;
    this.#lapWait += spent;
    this.#wait += spent;
    return result;
  }

  step(): void {
    this.#lapSteps++;
    this.#steps++;
  }

  lap(): { imagesPerSecond: number; dataWait: number } {
    const now = performance.now();
    const result = this.#rates(this.#lapSteps, now - this.#lapStarted, this.#lapWait);
    this.#lapStarted = now;
    this.#lapSteps = 0;
    this.#lapWait = 0;
    return result;
  }

  total(): { imagesPerSecond: number; dataWait: number } {
    return this.#rates(this.#steps, performance.now() - this.#started, this.#wait);
  }

  #rates(steps: number, milliseconds: number, wait: number): { imagesPerSecond: number; dataWait: number } {
    if (milliseconds === 0) return { imagesPerSecond: 0, dataWait: 0 };
    return { imagesPerSecond: (steps * this.#batch * 1000) / milliseconds, dataWait: wait / milliseconds };
  }
}
