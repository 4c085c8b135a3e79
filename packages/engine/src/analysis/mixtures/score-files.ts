import { classifierAnswers, type Examination } from './classifier-answers.js';
import { type Remembered, remember } from './remember.js';
import { type Score, scoreOf } from './score.js';
import type { WeightPool } from './weight-pool.js';

/** Loss and error of mixtures of checkpoints on some examples, each mixture evaluated once. */
export function scoreFiles(pool: WeightPool, examination: Examination): Remembered<Score> {
  return remember(async (shares) => scoreOf(await classifierAnswers(await pool.mix(shares), examination)));
}
