import { EvaluationError } from '../errors.js';
import { type Predictions, softmax } from '../predictions.js';

/** Classes of a benchmark, each standing for one class of the model or several. */
export interface ClassGroups {
  readonly source: string;
  /** Of each class of the benchmark, in the order of its labels. */
  readonly names: readonly string[];
  /** The classes of the model that each stands for. No class is in two groups; many may be in none. */
  readonly members: readonly (readonly number[])[];
}

/**
 * What a group scores. `mean-probability`: the mean softmax probability of its classes, the softmax over all classes of the
 * model (LAION-C). `max-logit`: the largest logit of its classes (ObjectNet, and with one class a group, any subset).
 */
export type GroupRule = 'mean-probability' | 'max-logit';

const rules: {
  readonly [Rule in GroupRule]: {
    /** Numbers of one example, one a class of the model. */
    scores(predictions: Predictions, row: number, target: Float64Array): void;
    together(scores: Float64Array, members: readonly number[]): number;
  };
} = {
  'mean-probability': {
    scores: (predictions, row, target) => {
      softmax(predictions, row, target);
    },
    together: (scores, members) => members.reduce((sum, index) => sum + (scores[index] ?? 0), 0) / members.length,
  },
  'max-logit': {
    scores: ({ logits, classes }, row, target) => {
      for (let index = 0; index < classes; index++) target[index] = logits[row * classes + index] ?? 0;
    },
    together: (scores, members) =>
      members.reduce((largest, index) => Math.max(largest, scores[index] ?? 0), Number.NEGATIVE_INFINITY),
  },
};

/**
 * The group that each example is answered with: the one of the highest score, the first of equal ones.
 *
 * @param logits [n, classes] of the model, over all its classes; `labels` of the predictions are not looked at
 */
export function groupAnswers(predictions: Predictions, groups: ClassGroups, rule: GroupRule): Uint32Array {
  checkGroups(groups, predictions.classes);
  const { scores, together } = rules[rule];
  const target = new Float64Array(predictions.classes);
  return Uint32Array.from({ length: predictions.n }, (_, row) => {
    scores(predictions, row, target);
    let [best, highest] = [0, Number.NEGATIVE_INFINITY];
    for (const [group, members] of groups.members.entries()) {
      const score = together(target, members);
      if (score > highest) [best, highest] = [group, score];
    }
    return best;
  });
}

/**
 * Share of examples that are answered with their group, in 0 … 1.
 *
 * @param labels the group of each example
 */
export function groupAccuracy(
  predictions: Predictions,
  labels: ArrayLike<number>,
  groups: ClassGroups,
  rule: GroupRule,
): number {
  if (labels.length !== predictions.n) {
    throw new EvaluationError(
      `${predictions.n} answers cannot be compared with the groups of ${labels.length} examples.`,
      'Give one label an example.',
    );
  }
  const answers = groupAnswers(predictions, groups, rule);
  return answers.reduce((right, answer, row) => right + (answer === labels[row] ? 1 : 0), 0) / predictions.n;
}

/** Throws EvaluationError unless the groups are disjoint, not empty, and of this model's classes. */
function checkGroups({ names, members }: ClassGroups, classes: number): void {
  const owner = new Map<number, string>();
  for (const [group, list] of members.entries()) {
    const name = names[group] ?? `number ${group}`;
    if (list.length === 0)
      throw new EvaluationError(`The group ${name} has no class.`, 'Leave it out, or name its classes.');
    for (const member of list) {
      const other = owner.get(member);
      if (!Number.isInteger(member) || member < 0 || member >= classes || other !== undefined) {
        throw new EvaluationError(
          other === undefined
            ? `The group ${name} has the class ${member}, but the model has ${classes} classes.`
            : `The class ${member} is in the groups ${other} and ${name}.`,
          'Use groups that were made for the classes of this model.',
        );
      }
      owner.set(member, name);
    }
  }
}
