import { StockpotEngineError } from '../errors.js';
import type { ParameterTable } from '../models/parameters.js';
import { matcherOf } from '../name-pattern.js';
import { didYouMean, listed } from '../recipe/did-you-mean.js';
import type { TrainingTask } from './training-task.js';

/** A pattern that freezes nothing, or patterns that freeze everything. */
export class FreezePatternError extends StockpotEngineError {}

/**
 * The parameters that patterns freeze. In a pattern `*` stands for any run of characters (dots too) and `?` for one; all
 * else stands for itself: `blocks.0.*`, `patch_embed.*`, `pos_embed`.
 *
 * @throws {FreezePatternError} when a pattern matches no parameter (naming close ones), or nothing is left to train.
 */
export function frozenBy(patterns: readonly string[], table: ParameterTable): ReadonlySet<string> {
  const names = table.map(({ name }) => name);
  const frozen = new Set<string>();
  for (const pattern of patterns) {
    const matches = matcherOf(pattern);
    const found = names.filter((name) => matches(name));
    if (found.length === 0) {
      throw new FreezePatternError(
        `The pattern '${pattern}' freezes nothing: no parameter has such a name.${didYouMean(pattern, [...names, ...prefixes(names)])}`,
        `Parameters are ${listed(names, 8)}.`,
      );
    }
    for (const name of found) frozen.add(name);
  }
  if (frozen.size === names.length) {
    throw new FreezePatternError(
      `The patterns ${listed(patterns)} freeze every parameter: nothing would be trained.`,
      'Leave one of them out.',
    );
  }
  return frozen;
}

/** A task that keeps, beside what it keeps already, the parameters that patterns name. */
export function withFrozen(task: TrainingTask, patterns: readonly string[] = []): TrainingTask {
  if (patterns.length === 0) return task;
  return { ...task, frozen: new Set([...task.frozen, ...frozenBy(patterns, task.parameters)]) };
}

/** `blocks.0.*` for `blocks.0.norm1.weight`: what a pattern may have meant. */
function prefixes(names: readonly string[]): readonly string[] {
  const found = new Set<string>();
  for (const name of names) {
    const parts = name.split('.');
    for (let length = 1; length < parts.length; length++) found.add(`${parts.slice(0, length).join('.')}.*`);
  }
  return [...found];
}
