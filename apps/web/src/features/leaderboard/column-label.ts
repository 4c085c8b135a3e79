import { namesOfSeveral } from '@/lib/alike';
import { count, label } from '@/lib/format';
import type { Column } from './types';

/** What columns are called where nothing beside the name says which is meant: columns of one name by their n too. */
export function columnLabels(columns: readonly Column[]): ReadonlyMap<string, string> {
  const several = namesOfSeveral(columns);
  return new Map(
    columns.map(({ id, name, n }) => [id, several.has(name) ? `${label(name)}, n = ${count(n)}` : label(name)]),
  );
}
