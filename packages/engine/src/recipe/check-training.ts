/** @file Fields of a training that do not go together, as far as no draw has to be made to see it. */
import { findSplit, isIssue } from './check-splits.js';
import { possible } from './draw.js';
import type { DocumentIssue, Path } from './issues.js';
import type { SplitRole } from './parameters.js';
import type { Recipe } from './schema.js';
import { OPTIMIZERS, SCHEDULES } from './training-options.js';

/** Without labels, what is held out need not be a selection split: nothing but the loss is measured on it. */
export const HELD_OUT: readonly SplitRole[] = ['selection', 'unlabeled'];

/** The fields of a search space, or of the training of a stock, that belong together. */
export interface TrainingFields {
  readonly optimizer?: unknown;
  readonly momentum?: unknown;
  readonly nesterov?: unknown;
  readonly schedule?: unknown;
  readonly milestones?: unknown;
  readonly gamma?: unknown;
  readonly min_lr?: unknown;
  readonly accumulate?: unknown;
  readonly snapshots?: unknown;
  readonly early_stopping?: { readonly split: string };
}

/** A field that means something only beside certain words of another. */
interface Belongs {
  readonly field: keyof TrainingFields;
  readonly to: 'optimizer' | 'schedule';
  readonly words: readonly string[];
}

const BELONGS: readonly Belongs[] = [
  { field: 'momentum', to: 'optimizer', words: ['sgd', 'lars'] },
  { field: 'nesterov', to: 'optimizer', words: ['sgd'] },
  { field: 'milestones', to: 'schedule', words: ['step'] },
  { field: 'gamma', to: 'schedule', words: ['step'] },
  { field: 'min_lr', to: 'schedule', words: ['cosine'] },
];

const LEFT_OUT = { optimizer: OPTIMIZERS[0], schedule: SCHEDULES[0] };

/** @param path of the fields in the document */
export function checkTrainingFields(fields: TrainingFields, path: Path): DocumentIssue[] {
  const issues = BELONGS.filter(({ field }) => fields[field] !== undefined)
    .filter(({ to, words }) => !possible(fields[to] ?? LEFT_OUT[to]).some((word) => words.includes(String(word))))
    .map(({ field, to, words }) => ({
      path: [...path, field],
      message: `'${field}' means nothing here: it belongs to the ${to} ${words.join(' or ')}. Remove it, or write \`${to}: ${words[0]}\`.`,
    }));
  const { schedule, milestones, nesterov, momentum } = fields;
  if (possible(schedule).includes('step') && milestones === undefined) {
    issues.push({ path: [...path, 'schedule'], message: 'the schedule step needs `milestones`, such as [0.5, 0.75].' });
  }
  if (fields.snapshots !== undefined && fields.early_stopping !== undefined) {
    const message =
      'snapshots are taken at equal distances of a run, and early stopping may end it at any time. Remove one.';
    issues.push({ path: [...path, 'snapshots'], message });
  }
  if (nesterov === true && possible(momentum).includes(0)) {
    issues.push({ path: [...path, 'nesterov'], message: 'a look-ahead needs a momentum above 0.' });
  }
  return issues;
}

/**
 * More snapshots than updates, as far as the number of updates is known.
 *
 * @param examples of the split that is trained on; undefined when it takes all that is left
 */
export function checkSnapshots(
  { snapshots, batch, epochs }: TrainingFields & { readonly batch: unknown; readonly epochs: unknown },
  examples: number | undefined,
  path: Path,
): DocumentIssue[] {
  if (typeof snapshots !== 'number' || typeof batch !== 'number' || typeof epochs !== 'number') return [];
  const updates = Math.floor((examples ?? Number.POSITIVE_INFINITY) / batch) * epochs;
  if (snapshots <= updates) return [];
  const message = `${snapshots} snapshots do not fit into ${updates} updates. Ask for ${updates} at most, or train longer.`;
  return [{ path: [...path, 'snapshots'], message }];
}

/** A batch that may be drawn must be a whole number of every number of parts that may be. */
export function checkAccumulation(fields: TrainingFields, batches: readonly number[], path: Path): DocumentIssue[] {
  for (const parts of possible(fields.accumulate)) {
    const odd = typeof parts === 'number' ? batches.find((batch) => batch % parts !== 0) : undefined;
    if (odd === undefined) continue;
    const message = `a batch of ${odd} cannot be computed in ${String(parts)} equal parts. Choose batches that are multiples of it.`;
    return [{ path: [...path, 'accumulate'], message }];
  }
  return [];
}

/**
 * What ends a training is a choice by a score, so it takes a selection split, or, without labels, another one without them;
 * and one of the dataset that is trained on, which the step has open.
 */
export function checkEarlyStopping(
  recipe: Recipe,
  fields: TrainingFields,
  trained: { readonly split: string; readonly roles: readonly SplitRole[] },
  path: Path,
): DocumentIssue[] {
  const reference = fields.early_stopping?.split;
  if (reference === undefined) return [];
  const here = [...path, 'early_stopping', 'split'];
  const split = findSplit(recipe, reference, here);
  if (isIssue(split)) return [split];
  if (!trained.roles.includes(split.role)) {
    const message = `'${reference}' has the role ${split.role}, and ending a training by its score would spend it. Use a split with the role ${trained.roles.join(' or ')}.`;
    return [{ path: here, message }];
  }
  if (reference === trained.split) {
    return [{ path: here, message: `'${reference}' is trained on, so its loss tells nothing. Use another split.` }];
  }
  const [dataset = ''] = trained.split.split('/');
  if (reference.split('/')[0] === dataset) return [];
  return [
    { path: here, message: `'${reference}' is not of the dataset '${dataset}' that is trained on. Use a split of it.` },
  ];
}
