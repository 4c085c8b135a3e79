import { parseTypeId, type TypeId, typeidUnboxed } from 'typeid-js';

/**
 * The prefixes of every id in Stockpot. An id is `<prefix>_<26 characters of base 32>`, the suffix a UUIDv7: ids of one
 * kind sort by the time they were made, and a person who reads one in a log knows what it names.
 */
export const ID_PREFIXES = [
  'lab',
  'user',
  'setup',
  'ds',
  'split',
  'stock',
  'ingr',
  'soup',
  'ens',
  'bench',
  'eval',
  'ana',
  'recipe',
  'run',
  'step',
  'art',
  'wrk',
  'audit',
  'series',
] as const;

export type IdPrefix = (typeof ID_PREFIXES)[number];

/** A new id: unique over all labs and machines, later ones of the same prefix sort after earlier ones (millisecond). */
export function newId(prefix: IdPrefix): string {
  return typeidUnboxed(prefix);
}

/** The prefix of a well-formed id of ours, or null when the text is none (never throws: ids come from outside). */
export function idPrefix(id: string): IdPrefix | null {
  try {
    const { prefix } = parseTypeId(id as TypeId<string>);
    return ID_PREFIXES.find((known) => known === prefix) ?? null;
  } catch {
    return null;
  }
}
