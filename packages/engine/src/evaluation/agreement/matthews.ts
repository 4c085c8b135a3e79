import { checkedPairs } from './pairs.js';

/**
 * The correlation coefficient of B. W. Matthews (1975) of answers and labels, for any number of classes as J. Gorodkin (2004)
 * extends it; in [−1, 1]. 0 where one side has a single class, as scikit-learn has it. CoLA of GLUE reports it.
 */
export function matthews(answers: ArrayLike<number>, labels: ArrayLike<number>): number {
  const n = checkedPairs(answers, labels);
  const answered = new Map<number, number>();
  const labelled = new Map<number, number>();
  let right = 0;
  for (let row = 0; row < n; row++) {
    const [answer, label] = [answers[row] ?? 0, labels[row] ?? 0];
    if (answer === label) right++;
    answered.set(answer, (answered.get(answer) ?? 0) + 1);
    labelled.set(label, (labelled.get(label) ?? 0) + 1);
  }
  const product = (a: Map<number, number>, b: Map<number, number>) =>
    [...a].reduce((sum, [one, count]) => sum + count * (b.get(one) ?? 0), 0);
  const spread = (n * n - product(answered, answered)) * (n * n - product(labelled, labelled));
  return spread === 0 ? 0 : (right * n - product(answered, labelled)) / Math.sqrt(spread);
}
