import { StockpotEngineError } from '@stockpot/engine';

/** A step that takes down what runs it is not begun for ever. */
export class StepCrashesWorkerError extends StockpotEngineError {
  constructor(stepId: string, times: number, cause: Error | undefined) {
    super(
      `The step ${stepId} took the process that ran it down ${times} times without coming any further.${
        cause === undefined ? '' : ` The last time: ${cause.message}`
      }`,
      'Look at the worker log for the cause (mostly too little memory: use a smaller batch or fewer slots), then submit the recipe again: finished steps are kept.',
      { cause },
    );
  }
}
