import { EvaluationError } from '../errors.js';

/** The number of examples that were answered. Throws EvaluationError unless there is one answer to each. */
export function checkedPairs(answers: ArrayLike<number>, labels: ArrayLike<number>): number {
  if (answers.length !== labels.length || labels.length === 0) {
    throw new EvaluationError(
      `${answers.length} answers to ${labels.length} examples cannot be scored.`,
      'Give one answer to each example, and at least one example.',
    );
  }
  return labels.length;
}
