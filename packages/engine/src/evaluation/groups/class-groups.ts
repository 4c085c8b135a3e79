import { EvaluationError } from '../errors.js';
import { type Predictions, predictedClass, softmax } from '../predictions.js';

type Logits = Pick<Predictions, 'n' | 'classes' | 'logits'>;

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
    scores(logits: Logits, row: number, target: Float64Array): void;
    together(scores: Float64Array, members: readonly number[]): number;
  };
} = {
  'mean-probability': {
    scores: (logits, row, target) => {
      softmax(logits, row, target);
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
 * What each group scores for each example.
 *
 * @param logits [n, classes] of the model, over all its classes
 * @returns [n, groups]
 */
export function groupScores(logits: Logits, groups: ClassGroups, rule: GroupRule): Float64Array {
  checkGroups(groups, logits.classes);
  const { scores, together } = rules[rule];
  const target = new Float64Array(logits.classes);
  const count = groups.members.length;
  const result = new Float64Array(logits.n * count);
  for (let row = 0; row < logits.n; row++) {
    scores(logits, row, target);
    for (const [group, members] of groups.members.entries()) {
      result[row * count + group] = together(target, members);
    }
  }
  return result;
}

/** The group that each example is answered with: the one of the highest score, the first of equal ones. */
export function groupAnswers(logits: Logits, groups: ClassGroups, rule: GroupRule): Uint32Array {
  const scores = { logits: groupScores(logits, groups, rule), classes: groups.members.length };
  return Uint32Array.from({ length: logits.n }, (_, row) => predictedClass(scores, row));
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
