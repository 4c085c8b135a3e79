import { checkedPairs } from './pairs.js';

/**
 * The F1 score of one class, 2·tp / (2·tp + fp + fn), in 0 … 1: the harmonic mean of precision and recall. 0 where the class is
 * neither answered nor true (scikit-learn's `zero_division=0`). MRPC and QQP of GLUE report it for class 1.
 */
export function f1(answers: ArrayLike<number>, labels: ArrayLike<number>, positive = 1): number {
  const n = checkedPairs(answers, labels);
  let [both, answered, labelled] = [0, 0, 0];
  for (let row = 0; row < n; row++) {
    const [answer, label] = [answers[row] === positive, labels[row] === positive];
    if (answer && label) both++;
    if (answer) answered++;
    if (label) labelled++;
  }
  return answered + labelled === 0 ? 0 : (2 * both) / (answered + labelled);
}

/** The unweighted mean of the F1 scores of all classes that are answered or true. */
export function macroF1(answers: ArrayLike<number>, labels: ArrayLike<number>): number {
  checkedPairs(answers, labels);
  const classes = [...new Set([...Array.from(answers), ...Array.from(labels)])];
  return classes.reduce((sum, one) => sum + f1(answers, labels, one), 0) / classes.length;
}
