import { matcherOf } from '../../name-pattern.js';

/** The first of some rows whose pattern means this tensor. */
export function firstFor<T extends { readonly tensors: string }>(rows: readonly T[]): (name: string) => T | undefined {
  const matchers = rows.map((row) => ({ row, matches: matcherOf(row.tensors) }));
  return (name) => matchers.find(({ matches }) => matches(name))?.row;
}
