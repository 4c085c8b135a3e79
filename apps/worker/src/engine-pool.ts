import type { StepResult } from '@stockpot/engine';
import { EngineProcess, type StepEvent, type StepRequest } from '@stockpot/engine/process';

/** Runs engine steps: at most one a slot at a time, each in its own warm process. */
export class EnginePool {
  readonly #idle: EngineProcess[];
  readonly #all: readonly EngineProcess[];
  readonly #waiting: ((engine: EngineProcess) => void)[] = [];

  constructor(options: { readonly slots: number; readonly threads: number; readonly memoryLimitBytes?: number }) {
    const { slots, ...each } = options;
    this.#all = Array.from({ length: slots }, () => new EngineProcess(each));
    this.#idle = [...this.#all];
  }

  /** As `EngineProcess.run`, once a slot is free. */
  async run(
    request: StepRequest,
    options: { readonly onEvent: (event: StepEvent) => void; readonly signal: AbortSignal },
  ): Promise<StepResult> {
    const engine = this.#idle.pop() ?? (await new Promise<EngineProcess>((resolve) => this.#waiting.push(resolve)));
    try {
      return await engine.run(request, options);
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#idle.push(engine);
      else next(engine);
    }
  }

  /** Ends every process; steps that run are rejected. */
  async close(): Promise<void> {
    await Promise.all(this.#all.map((engine) => engine.close()));
  }
}
