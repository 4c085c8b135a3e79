import type { SplitRole } from '../../recipe/parameters.js';
import type { ClassRuleName } from '../../recipe/scoring-options.js';
import { classRules } from '../groups/class-rules.js';
import type { TableName } from './table.js';

const OF_PROBABILITIES: readonly TableName[] = [
  'top5',
  'nll',
  'ece',
  'adaptiveEce',
  'brier',
  'spearman',
  'temperature',
];

/** What decides which numbers a benchmark of labelled examples states. */
export interface Stated {
  /** Classes that a model chooses from: those of the dataset. */
  readonly classes: number;
  readonly role: SplitRole;
  readonly corrupted: boolean;
  /** Whether corruption errors are normalised by a reference. */
  readonly normalised?: boolean;
  /** How a model's classes answer for those of the dataset. */
  readonly rule?: ClassRuleName | undefined;
  /** Whether the classes are in an order. */
  readonly ordered?: boolean;
}

/**
 * The names of the numbers that a benchmark of labelled examples states of every model, for its protocol: those of the
 * answers and of their confidence, top-5 where there are more than five classes, F1 where there are two, a temperature on a
 * selection split, those of corruptions.
 */
export function statedMetrics({ classes, role, corrupted, normalised, rule, ordered }: Stated): TableName[] {
  const names: TableName[] = ['top1', 'nll', 'ece', 'adaptiveEce', 'brier', 'macroF1', 'matthews'];
  if (classes > 5) names.push('top5');
  if (classes === 2) names.push('f1');
  if (ordered === true) names.push('spearman');
  if (role === 'selection') names.push('temperature');
  if (corrupted) names.push('meanCorruptionError', 'worstCell');
  if (normalised === true) names.push('ce', 'mce', 'relativeCe', 'relativeMce');
  return rule === undefined || classRules[rule].probabilities
    ? names
    : names.filter((name) => !OF_PROBABILITIES.includes(name));
}
