import type { Labels } from '../../data/split.js';
import { EvaluationError } from '../errors.js';
import { predictions as checked, type Predictions } from '../predictions.js';

/**
 * The predictions of a model that may only answer with some of its classes, as ImageNet-R and ImageNet-A are scored: every
 * other logit is masked before the argmax and before the softmax. Comparing an unmasked answer with the label gives another,
 * lower number.
 *
 * @param classes of the model, in the order of the benchmark's labels
 * @param labels [n], each a position in `classes`
 * @returns predictions over `classes`, for every metric
 */
export function onlyClasses(
  logits: { readonly classes: number; readonly logits: Float32Array | Float64Array },
  labels: Labels,
  classes: readonly number[],
): Predictions {
  const wrong = classes.find((index, at) => !(index >= 0 && index < logits.classes) || classes.indexOf(index) !== at);
  if (wrong !== undefined || classes.length === 0) {
    throw new EvaluationError(
      wrong === undefined
        ? 'A subset of no classes cannot be answered.'
        : `The subset names the class ${wrong} twice, or a model of ${logits.classes} classes does not have it.`,
      'Use a subset that was made for the classes of this model.',
    );
  }
  const rows = logits.logits.length / logits.classes;
  const kept = new Float64Array(rows * classes.length);
  for (let row = 0; row < rows; row++) {
    for (const [at, index] of classes.entries()) {
      kept[row * classes.length + at] = logits.logits[row * logits.classes + index] ?? Number.NaN;
    }
  }
  return checked(kept, labels, classes.length);
}
