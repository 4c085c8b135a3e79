/** One abort signal a run: fires when somebody cancels it, for every step of it that this worker executes. */
export class Cancellations {
  readonly #controllers = new Map<string, AbortController>();

  signal(runId: string): AbortSignal {
    return this.#controller(runId).signal;
  }

  /** Asked for once or many times, before or after the first step: the same. */
  cancel(runId: string): void {
    this.#controller(runId).abort();
  }

  /** The run is over. */
  forget(runId: string): void {
    this.#controllers.delete(runId);
  }

  #controller(runId: string): AbortController {
    let controller = this.#controllers.get(runId);
    if (controller === undefined) {
      controller = new AbortController();
      this.#controllers.set(runId, controller);
    }
    return controller;
  }
}
