/** @file Benchmarks whose labels are some classes of ImageNet-1k, or groups of them. A new one is a row here and a word in recipe/scoring-options.ts. */
import type { Labels } from '../../data/split.js';
import type { ClassRuleName } from '../../recipe/scoring-options.js';
import { type Predictions, predictions } from '../predictions.js';
import { type GroupRule, groupScores } from './class-groups.js';
import { onlyClasses } from './class-subset.js';
import { imagenetA, imagenetANames } from './imagenet-a.js';
import { imagenetR, imagenetRNames } from './imagenet-r.js';
import { laionC } from './laion-c.js';
import { objectNet } from './objectnet.js';

export interface ClassRule {
  /** Classes of the benchmark, and of every model that it can score. */
  readonly classes: number;
  readonly modelClasses: number;
  /** The folders of the published classes in the order of their labels. */
  readonly names: readonly string[];
  /** Whether these are WordNet identifiers: a dataset that calls its classes by other words is then taken by their order. */
  readonly wnids: boolean;
  /** How a model's logits answer for the benchmark's classes, with the source: the words of the protocol. */
  readonly definition: string;
  /** Whether scores are logits of the benchmark's classes, whose softmax are probabilities. A group has a score only. */
  readonly probabilities: boolean;
  /** Predictions over the benchmark's classes. */
  view(logits: Float32Array | Float64Array, labels: Labels): Predictions;
}

const IMAGENET = 1000;

function subset(name: string, classes: readonly number[], names: readonly string[]): ClassRule {
  return {
    classes: classes.length,
    modelClasses: IMAGENET,
    names,
    wnids: true,
    definition: `The ${classes.length} classes of ${name} among ImageNet's 1,000, in the order of their folders: every other logit is masked before the argmax and before the softmax.`,
    probabilities: true,
    view: (logits, labels) => onlyClasses({ classes: IMAGENET, logits }, labels, classes),
  };
}

const RULES: { readonly [Rule in GroupRule]: string } = {
  'mean-probability':
    "the mean softmax probability of its classes, the softmax over all of the model's classes; the highest mean answers",
  'max-logit': 'the largest logit of its classes; the highest answers',
};

function groups(name: string, table: typeof laionC, rule: GroupRule): ClassRule {
  const count = table.members.length;
  return {
    classes: count,
    modelClasses: IMAGENET,
    names: table.names,
    wnids: false,
    definition: `The ${count} classes of ${name}, each for one or several of ImageNet's 1,000 (${table.source}). A class scores ${RULES[rule]}, the first of equal ones.`,
    probabilities: false,
    view: (logits, labels) =>
      predictions(groupScores({ n: labels.length, classes: IMAGENET, logits }, table, rule), labels, count),
  };
}

export const classRules: { readonly [Name in ClassRuleName]: ClassRule } = {
  'imagenet-r': subset('ImageNet-R', imagenetR, imagenetRNames),
  'imagenet-a': subset('ImageNet-A', imagenetA, imagenetANames),
  objectnet: groups('ObjectNet', objectNet, 'max-logit'),
  'laion-c': groups('LAION-C', laionC, 'mean-probability'),
};
