import type { Db, Tx } from '@stockpot/db';
import { StockpotError } from '../errors.js';

/** SQLSTATEs after which the same transaction may succeed: it lost a race and wrote nothing. */
const LOST_RACE: ReadonlySet<string> = new Set([
  /** serialization_failure */ '40001',
  /** deadlock_detected */ '40P01',
]);
/** character_not_in_repertoire, untranslatable_character: a NUL or half a surrogate pair in a text. */
const BAD_TEXT: ReadonlySet<string> = new Set(['22021', '22P05']);

const ATTEMPTS = 4;

/**
 * Runs `body` in one transaction, again (up to 4 times) when it lost a race with another. Safe because verbs do nothing but
 * read and write the database. Reads get one snapshot, so a page and its count agree.
 */
export async function inTransaction<T>(db: Db, readOnly: boolean, body: (tx: Tx) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await db.drizzle.transaction(
        body,
        readOnly
          ? { accessMode: 'read only', isolationLevel: 'repeatable read' }
          : { accessMode: 'read write', isolationLevel: 'read committed' },
      );
    } catch (error) {
      const code = sqlState(error);
      if (code !== null && LOST_RACE.has(code) && attempt < ATTEMPTS) {
        await new Promise((resolve) => setTimeout(resolve, 5 * 2 ** attempt * (0.5 + Math.random())));
        continue;
      }
      if (code !== null && BAD_TEXT.has(code)) {
        throw new StockpotError(
          'BAD_INPUT',
          'A text holds a character that cannot be stored, such as NUL.',
          'Remove it and try again.',
          { cause: error },
        );
      }
      throw error;
    }
  }
}

/** The SQLSTATE of a database error, wherever drizzle wrapped it. */
export function sqlState(error: unknown): string | null {
  let current: unknown = error;
  for (let depth = 0; depth < 5 && current instanceof Error; depth++) {
    const code: unknown = Reflect.get(current, 'code');
    if (typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code)) return code;
    current = current.cause;
  }
  return null;
}
