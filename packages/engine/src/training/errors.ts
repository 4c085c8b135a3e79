import { StockpotEngineError } from '../errors.js';

/** A number of a training became NaN or infinite. `cause` in the message says which one did first. */
export class NonFiniteTrainingError extends StockpotEngineError {
  /** Steps that were taken before the one that failed (the number of the failed step, from 0). */
  readonly step: number;

  constructor(options: { step: number; what: string; lr: number; kept: string | null }) {
    const { step, what, lr, kept } = options;
    const state = kept === null ? '' : ` The state before this step is kept in ${kept}.`;
    super(
      `Training stopped at step ${step} (learning rate ${lr.toPrecision(3)}): ${what} is not a finite number.${state}`,
      'Lower the learning rate, lengthen the warm-up, or check the data; then run it again.',
    );
    this.step = step;
  }
}

/** Snapshots at equal distances of a run whose length nobody knows yet. */
export class SnapshotsOfEndedTrainingError extends StockpotEngineError {
  constructor() {
    super(
      'Snapshots at equal distances were asked for of a training that a score may end at any time.',
      'Leave out the snapshots or the early stopping.',
    );
  }
}
